"""What an analysis says: plain frozen data that every presenter (LSP, command line) reads alike.

Nothing here knows LSP, jedi or torch.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from shapewright import wire
from shapewright.source import Range


class Severity(enum.Enum):
    """The four levels of LSP; the value is the word in JSON output and in settings."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@dataclass(frozen=True, order=True)
class Location:
    """A range of a file, or of one notebook cell. `path` is absolute, or the URI of a buffer that was never saved."""

    path: str
    range: Range
    cell: int | None = None


@dataclass(frozen=True)
class Related:
    """Another place that explains a finding."""

    location: Location
    message: str


@dataclass(frozen=True)
class Edit:
    """Replace the text of a range."""

    location: Location
    text: str


@dataclass(frozen=True)
class Fix:
    """A repair that was proven: the edited files ran again, the finding went away and no other came."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False


@dataclass(frozen=True)
class Candidate:
    """A repair that is not proven yet; nobody is shown it before it is. Of the proven ones the first `preferred` is
    preferred."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False


@dataclass(frozen=True)
class Finding:
    """One mistake. `message` stands alone in a problem list; `detail` quotes PyTorch. `entry` is the file whose run
    found it."""

    code: str
    severity: Severity
    message: str
    location: Location
    detail: str = ""
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    entry: str = ""
    failure: wire.Failure | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ShapeFact:
    """What an expression held. `order` is that of first execution; `text` is the expression's source."""

    location: Location
    value: wire.Value
    role: str
    source: str
    name: str
    text: str
    caller: Location | None = None


GUESSES = frozenset({"layers", "name", ""})
"""Sources of inputs that nobody wrote down and no call gave."""


def without_guesses(facts: Sequence[ShapeFact]) -> Sequence[ShapeFact]:
    """The facts of one place; where some were seen for real, only those."""
    return [fact for fact in facts if fact.source not in GUESSES] or facts


class EngineState(enum.Enum):
    """States of the engine that people see."""

    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    NO_INTERPRETER = "interpreter not found"
    NO_TORCH = "no torch found"
    CRASHED = "crashed and restarted"
    FAULT = "error in Shapewright"
    UNTRUSTED = "workspace not trusted"
    STOPPED = "stopped"


@dataclass(frozen=True)
class EngineInfo:
    """Which interpreter ran the code. `advice` says what to do where the state is no good one; `sandbox` names what
    keeps the code from the machine."""

    state: EngineState
    interpreter: str = ""
    python: str = ""
    torch: str = ""
    advice: str = ""
    sandbox: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Where something ended with an exception that is no finding: nobody can be sure that the code causes it."""

    location: Location
    exception: str


@dataclass(frozen=True)
class Report:
    """Everything known of one entry file. `status`: `ok`, `partial` (some targets were not reached), `failed` (nothing
    ran). `suppressed` are the findings that a comment in the code hides. `echoes` are
    met again where a finding was met before, for the same cause; nobody is shown them. `contracts` are there once other
    sizes were tried, which `sized` says. `doubts` are shown to nobody; repairs are judged by them."""

    entry: str
    status: str
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    shapes: tuple[ShapeFact, ...] = ()
    targets: tuple[wire.TargetStatus, ...] = ()
    dependencies: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    engine: EngineInfo = EngineInfo(EngineState.STOPPED)
    seconds: float = 0.0
    suppressed: tuple[Finding, ...] = ()
    graphs: tuple[wire.ModelGraph, ...] = ()
    echoes: tuple[Finding, ...] = ()
    contracts: tuple[wire.Contract, ...] = ()
    sized: bool = False
    doubts: tuple[Doubt, ...] = ()
