"""What the last run of each entry file said, and how it reads in the texts of now. No LSP, no processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from shapewright import analysis
from shapewright.lsp.shift import LineMap, line_map
from shapewright.model import Edit, Finding, Fix, Location, Report, ShapeFact
from shapewright.source import Position, SourceText
from shapewright.sources import Sources

_LONG = 200

Current = Callable[[str], "SourceText | None"]
"""The text of a path in the editor now; None where it is not open."""


class Facts:
    """The values of one report, found by place."""

    def __init__(self, shapes: Iterable[ShapeFact] = ()) -> None:
        self._lines: dict[str, dict[int, list[ShapeFact]]] = {}
        self._starts: dict[str, dict[int, list[ShapeFact]]] = {}
        for fact in shapes:
            first, last = fact.location.range.start.line, fact.location.range.end.line
            self._starts.setdefault(fact.location.path, {}).setdefault(first, []).append(fact)
            lines = self._lines.setdefault(fact.location.path, {})
            for line in range(first, min(last, first + _LONG) + 1):
                lines.setdefault(line, []).append(fact)

    def __bool__(self) -> bool:
        return bool(self._lines)

    def at(self, path: str, position: Position) -> list[ShapeFact]:
        """What holds `position`, in order of execution."""
        found = self._lines.get(path, {}).get(position.line, ())
        return [fact for fact in found if fact.location.range.contains(position)]

    def starting(self, path: str, first: int, last: int) -> Iterator[ShapeFact]:
        """What starts in these lines, by line."""
        lines = self._starts.get(path, {})
        for line in sorted(number for number in lines if first <= number <= last):
            yield from lines[line]


@dataclass(frozen=True)
class Result:
    """One run. `sources` are the texts it saw; `request` is what it answers; `proven`: its repairs were tried.

    `facts` and the `fact_sources` they speak of are those of an earlier run where this one failed."""

    report: Report
    sources: Sources
    facts: Facts
    fact_sources: Sources
    request: analysis.Request
    proven: bool = False

    def findings(self, current: Current) -> Iterator[Finding]:
        """The findings in the texts of now; those on lines that were touched since are left out."""
        for finding in self.report.findings:
            moved = self._finding(finding, current)
            if moved is not None:
                yield moved

    def is_current(self, paths: Iterable[str], current: Current) -> bool:
        """Whether the files are as they were when this ran."""
        for path in paths:
            now, then = current(path), self.sources.get(path)
            if now is not None and (then is None or now.text != then.text):
                return False
        return True

    def _finding(self, finding: Finding, current: Current) -> Finding | None:
        location = self._moved(finding.location, current)
        if location is None:
            return None
        related = [replace(r, location=where) for r in finding.related if (where := self._moved(r.location, current))]
        fixes = [fix for f in finding.fixes if (fix := self._fix(f, current)) is not None]
        return replace(finding, location=location, related=tuple(related), fixes=tuple(fixes))

    def _fix(self, fix: Fix, current: Current) -> Fix | None:
        edits: list[Edit] = []
        for edit in fix.edits:
            # Proven means proven for this very text.
            if not self.is_current((edit.location.path,), current):
                return None
            edits.append(edit)
        return replace(fix, edits=tuple(edits))

    def _moved(self, location: Location, current: Current) -> Location | None:
        table = mapping(self.sources, location.path, current)
        return table.location(location) if table else location


def mapping(sources: Sources, path: str, current: Current) -> LineMap | None:
    """From the text that ran to the text of now; None where they are the same."""
    now, then = current(path), sources.get(path)
    if now is None or then is None or now.text == then.text:
        return None
    return line_map(then, now)


class Results:
    """The results by entry."""

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}

    def get(self, entry: str) -> Result | None:
        """The last result of an entry."""
        return self._results.get(entry)

    def put(self, result: Result) -> frozenset[str]:
        """Keep a result instead of the last one of its entry; returns the paths whose findings may have changed."""
        old = self._results.get(result.report.entry)
        self._results[result.report.entry] = result
        return _paths(result) | (_paths(old) if old else frozenset[str]())

    def drop(self, entry: str) -> frozenset[str]:
        """The entry was closed; returns the paths that it had findings in."""
        old = self._results.pop(entry, None)
        return _paths(old) if old else frozenset[str]()

    def entries(self) -> tuple[str, ...]:
        """The entries there are results of."""
        return tuple(self._results)

    def dependents(self, path: str) -> tuple[str, ...]:
        """The entries whose last run read a file, itself left out."""
        real = os.path.realpath(path)
        return tuple(
            entry
            for entry, result in self._results.items()
            if entry != path and any(path == d or real == os.path.realpath(d) for d in result.report.dependencies)
        )

    def findings(self, current: Current) -> dict[str, list[Finding]]:
        """The findings of all entries by the file they stand in, each mistake once."""
        reports = (replace(r.report, findings=tuple(r.findings(current))) for r in self._results.values())
        found: dict[str, list[Finding]] = {}
        for finding in analysis.merge(reports):
            found.setdefault(finding.location.path, []).append(finding)
        return found

    def repairs(self, path: str, current: Current) -> list[Finding]:
        """The findings in a file that have repairs, of every entry: one may have proven what another did not."""
        found = (finding for result in self._results.values() for finding in result.findings(current))
        return [finding for finding in found if finding.location.path == path and finding.fixes]

    def facts(self, path: str, current: Current) -> Iterator[tuple[Facts, LineMap | None]]:
        """The values known in a file, that file's own run first, each with the way to the text of now."""
        for _, result in sorted(self._results.items(), key=lambda item: item[0] != path):
            yield result.facts, mapping(result.fact_sources, path, current)

    def __iter__(self) -> Iterator[Result]:
        return iter(tuple(self._results.values()))


def _paths(result: Result) -> frozenset[str]:
    return frozenset([result.report.entry, *(finding.location.path for finding in result.report.findings)])


def is_cancelled(report: Report) -> bool:
    """Whether a run was given up for a newer one; then it says nothing."""
    return report.status == "failed" and report.reason.startswith("cancelled")


def reason(report: Report) -> str:
    """Why a file was not checked whole, in one line; empty where it was."""
    if report.status == "ok" or not report.reason:
        return ""
    how = {"partial": "checked in part", "failed": "not checked"}[report.status]
    return f"{os.path.basename(report.entry)}: {how}: {report.reason}"
