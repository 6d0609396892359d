"""What a command found, ready to be written in any format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shapewright.cli.files import File
from shapewright.model import EngineInfo, Finding, Location, Report, Severity
from shapewright.sources import Sources


@dataclass(frozen=True)
class Result:
    """The reports of the files in their order, and the findings of all of them, each once.

    `sources` holds the programs that ran; `place` turns one of their locations into the one people see, the cell of a
    notebook; `name` writes a path.
    """

    files: tuple[tuple[File, Report], ...]
    findings: tuple[Finding, ...]
    engines: tuple[EngineInfo, ...]
    sources: Sources
    place: Callable[[Location], Location]
    name: Callable[[str], str]

    def count(self, severity: Severity) -> int:
        """How many findings there are of a level."""
        return sum(finding.severity is severity for finding in self.findings)

    def exit_code(self, *, strict: bool) -> int:
        """0 nothing found, 1 errors, 2 something could not be run; `strict` counts what was checked in part as not
        run."""
        bad = {"failed", "partial"} if strict else {"failed"}
        if any(report.status in bad for _, report in self.files):
            return 2
        return 1 if self.count(Severity.ERROR) else 0
