"""The rules there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shapewright.model import Severity

_PAGES = "https://github.com/shapewright/shapewright/blob/main/docs/rules/"


@dataclass(frozen=True)
class Rule:
    """One kind of finding. `summary` is its line in a list."""

    code: str
    severity: Severity
    summary: str

    @property
    def page(self) -> str:
        """The documentation of the rule, Markdown."""
        return (Path(__file__).parent / f"{self.code.replace('-', '_')}.md").read_text(encoding="utf-8")


RULES = (
    Rule("tensor-error", Severity.ERROR, "PyTorch raises an error here for these operands."),
    Rule("unused-suppression", Severity.HINT, "A comment that hides findings hides none."),
)


def codes() -> tuple[str, ...]:
    """Every code."""
    return tuple(rule.code for rule in RULES)


def url(code: str) -> str:
    """Where the page of a code is read in a browser."""
    return f"{_PAGES}{code}.md"
