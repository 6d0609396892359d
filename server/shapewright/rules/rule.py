"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shapewright import wire
from shapewright.model import Severity
from shapewright.sources import Sources


@dataclass(frozen=True)
class Place:
    """Another place that explains a finding."""

    span: wire.Span
    message: str


@dataclass(frozen=True)
class Told:
    """What a rule says of a failure it knows. `message` stands alone in a list of problems: what was given, what was
    wanted. `places` show where the wrong number, dtype or device was born."""

    message: str
    places: tuple[Place, ...] = ()


Check = Callable[[wire.Failure, Sources], "Told | None"]
"""Pure: None where the failure is none of the rule's."""


@dataclass(frozen=True)
class Rule:
    """One kind of finding. `summary` is its line in a list."""

    code: str
    summary: str
    check: Check
    severity: Severity = Severity.ERROR

    @property
    def page(self) -> str:
        """The documentation of the rule, Markdown."""
        return (Path(__file__).parent / f"{self.code.replace('-', '_')}.md").read_text(encoding="utf-8")
