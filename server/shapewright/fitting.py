"""The number that fits at the cursor: `nn.Linear(|` wants the size that flows into the layer.

No table says which argument of which layer is which size. A number that nobody writes stands in for the one that is
still to be typed, the file runs, and a repair that changes this very number is proven like every other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from shapewright import analysis, fixes, show, wire
from shapewright.model import Candidate, EngineInfo, Finding, Fix
from shapewright.resolve.repair import parseable
from shapewright.source import Position, Range, SourceText
from shapewright.sources import Sources

_PROBES = (1031, 1033, 1039, 1049, 1051)
_PATIENCE = 10.0
"""Seconds that one run may take. What comes later comes when the person has typed the number."""
_AGAIN = 4
"""Times that a run is begun anew which was ended for an edit."""
_FARTHEST = 4_000
_BEFORE = re.compile(r"[(,=]\s*(?P<number>\d*)$")
_AFTER = re.compile(r"(?P<number>\d*)[ \t]*(?=[),#\r\n]|$)")
_NAME = re.compile(r"[^\W\d][\w.]*\s*$")
_MISSING = re.compile(r"'(\w+)'")


@dataclass(frozen=True)
class Slot:
    """An argument that is still to be typed. `replaced` is what stands there in the editor; `text` is the file with a
    number in its place, `probe`, which stands at `place` in the call at `call`."""

    replaced: Range
    text: SourceText
    probe: int
    place: Range
    call: Range


@dataclass(frozen=True)
class Fit:
    """A number that was tried, and what it fits."""

    text: str
    reason: str


def callee(source: SourceText, position: Position) -> str:
    """What is called where an argument at a position is empty or a number; nothing is parsed for it."""
    offset = source.offset(position)
    first = max(offset - _FARTHEST, 0)
    before = source.text[first:offset]
    if not _BEFORE.search(before) or not _AFTER.match(source.text, offset):
        return ""
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        depth += (before[index] in ")]}") - (before[index] in "([{")
        if depth < 0:
            name = _NAME.search(before, 0, index) if before[index] == "(" else None
            return name[0].strip() if name else ""
    return ""


def slot(source: SourceText, position: Position) -> Slot | None:
    """The argument at a position, where nothing or an integer stands."""
    offset = source.offset(position)
    before, after = _BEFORE.search(source.text[:offset]), _AFTER.match(source.text, offset)
    probe = next((number for number in _PROBES if str(number) not in source.text), None)
    if before is None or after is None or probe is None:
        return None
    start, end = before.start("number"), after.end("number")
    head, tail = source.text[:start], source.text[end:]
    place = Range(source.position(start), source.position(end))
    for ending in _endings(tail):
        text = SourceText(source.path, f"{head}{probe}{ending}")
        found = _call(text, start, probe)
        if found is not None:
            return Slot(place, text, probe, place=found[1], call=found[0])
    return None


def fitting(
    request: analysis.Request,
    where: Slot,
    engine: analysis.Runner,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Fit, ...]:
    """The numbers that fit into a slot, the likeliest first. `request` is that of the text without a probe."""
    aside = _Aside(engine, cancelled)
    config = replace(request.config, timeout=min(request.config.timeout, _PATIENCE))
    asked = replace(request, config=config, buffers={**request.buffers, request.entry: where.text.text})
    report = analysis.analyse(asked, aside)
    missing = _missing(report.findings, where)
    if missing and not cancelled():
        text = _filled(where, missing)
        asked = replace(asked, buffers={**asked.buffers, request.entry: text})
        report = analysis.analyse(asked, aside)
    if cancelled():
        return ()

    def offers(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
        return tuple(c for c in fixes.candidates(failure, sources) if _edits_only(c, request.entry, where.place))

    proven = analysis.prove(report, asked, engine, cancelled, offers=offers)
    found = {
        fix.edits[0].text: _reason(finding, fix, where.probe) for finding in proven.findings for fix in finding.fixes
    }
    return tuple(Fit(text, reason) for text, reason in found.items())


@dataclass(frozen=True)
class _Aside:
    """Runs beside the session of the file, which goes on with what the editor shows.

    An edit ends the proofs of the text before it, and with them whatever runs there: then it is asked again.
    """

    engine: analysis.Runner
    cancelled: Callable[[], bool]

    @property
    def info(self) -> EngineInfo:
        return self.engine.info

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        run = replace(run, options=replace(run.options, values=False))
        answer = self.engine.prove(run, deadline)
        for _ in range(_AGAIN):
            if isinstance(answer, wire.Trace) or answer.reason != "cancelled" or self.cancelled():
                break
            answer = self.engine.prove(run, deadline)
        return answer

    prove = run


def _endings(tail: str) -> tuple[str, ...]:
    """Ways to go on behind the argument: as it is, with what closes the call, with the comma of a list of layers."""
    bracket = re.match(r"[ \t]*\)", tail)
    if bracket:
        return tail, f"),{tail[bracket.end() :]}"
    return tail, f"){tail}", f"),{tail}", f")){tail}", f"))){tail}"


def _call(source: SourceText, start: int, probe: int) -> tuple[Range, Range] | None:
    """The call that has the probe as an argument, and the probe's place; None where the text does not parse there."""
    repaired = parseable(source.text)
    at = source.position(start)
    place = Range(at, Position(at.line, at.column + len(str(probe))))
    if any(broken.start.line <= at.line <= broken.end.line for broken in repaired.broken):
        return None
    for node in ast.walk(ast.parse(repaired.text)):
        if not isinstance(node, ast.Call):
            continue
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            if isinstance(value, ast.Constant) and value.value == probe and _range(source, value) == place:
                return _range(source, node), place
    return None


def _range(source: SourceText, node: ast.expr) -> Range:
    line, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return source.range_from_ast(node.lineno, node.col_offset, line, column)


def _missing(findings: Iterable[Finding], where: Slot) -> tuple[str, ...]:
    """The parameters that Python still misses in the call, in its own words."""
    for finding in findings:
        failure = finding.failure
        if failure and failure.exception == "TypeError" and finding.location.range == where.call:
            names = failure.message.partition(" missing ")[2]
            return tuple(_MISSING.findall(names))
    return ()


def _filled(where: Slot, names: Iterable[str]) -> str:
    """The text with the smallest size for each parameter that is missing, so that the layer can be made."""
    text, end = where.text.text, where.text.offset(where.call.end) - 1
    head = text[:end].rstrip()
    given = ", ".join(f"{name}=1" for name in names)
    return f"{head}{'' if head.endswith(',') else ','} {given}{text[end:]}"


def _edits_only(candidate: Candidate, path: str, place: Range) -> bool:
    return len(candidate.edits) == 1 and (candidate.edits[0].location.path, candidate.edits[0].location.range) == (
        path,
        place,
    )


def _reason(finding: Finding, fix: Fix, probe: int) -> str:
    """The tensor that the number was measured by, or what it does to a layer further on."""
    operands = finding.failure.operands if finding.failure else ()
    tensors = [f"{o.name}: {show.value_text(o.value)}" for o in operands if o.value.tensor is not None]
    return tensors[0] if tensors and str(probe) not in tensors[0] else fix.title
