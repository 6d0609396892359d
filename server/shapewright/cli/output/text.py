"""`--format text`: like a compiler, for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from shapewright import show, wire
from shapewright.cli.output import places
from shapewright.cli.result import Result
from shapewright.model import EngineInfo, Finding, Fix, Location, Report, Severity, ShapeFact


def check(result: Result, *, verbose: bool = False) -> str:
    """The findings with their source lines, what was not checked, and a last line that sums up."""
    blocks = ["\n".join(_finding(finding, result)) for finding in result.findings]
    status = [line for file, report in result.files for line in _status(file.shown, report, verbose)]
    blocks += ["\n".join(status)] if status else []
    blocks.append(summary(result))
    return "\n\n".join(blocks) + "\n"


def shapes(facts: list[ShapeFact], result: Result) -> str:
    """An aligned list: place, expression, value, where the shape came from."""
    rows = [
        (
            places.text(fact.location, result),
            _one_line(fact.text),
            show.tensor_text(fact.value.tensor or wire.TensorFact(None, None)) + _device(fact),
            fact.source,
        )
        for fact in facts
    ]
    widths = [max((_width(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)) + f"  {row[3]}"
        for row in rows
    ]
    notes = [line for file, report in result.files for line in _status(file.shown, report, False)]
    return "\n".join([*lines, *notes, engine_line(result.engines)]) + "\n"


def summary(result: Result) -> str:
    """`2 errors in 3 files (1 in part, 1 not checked)`, with the interpreter and its torch."""
    counts = [_count(result.count(level), level) for level in Severity if result.count(level)]
    total = len(result.files)
    if not total:
        return "no Python file and no notebook there; nothing was checked"
    text = f"{', '.join(counts) or 'nothing found'} in {total} file{'' if total == 1 else 's'}"
    short = [
        f"{number} {word}"
        for word, status in (("checked in part", "partial"), ("not checked", "failed"))
        if (number := sum(report.status == status for _, report in result.files))
    ]
    limits = f" ({', '.join(short)})" if short else ""
    return f"{text}{limits}; {engine_line(result.engines)}"


def engine_line(engines: tuple[EngineInfo, ...]) -> str:
    """Which interpreter and which torch ran the code; one that did not start, or had no file to run, ran nothing."""
    ran = [f"{e.interpreter} (Python {e.python}, torch {e.torch})" for e in engines if e.torch]
    idle = [e.interpreter for e in engines if not e.torch and e.interpreter]
    parts = [f"run with {' and '.join(ran)}"] if ran else []
    return ", ".join([*parts, *(f"{interpreter} ran nothing" for interpreter in idle)]) or "nothing ran"


def excerpt(location: Location, result: Result) -> list[str]:
    """The first source line of a location with a caret below each of its columns."""
    source = result.sources.get(location.path)
    if source is None:
        return []
    start, end = location.range.start, location.range.end
    line = source.line(start.line)
    last = end.column if end.line == start.line else len(line.rstrip())
    number = str(result.place(location).range.start.line + 1)
    pad = "".join("\t" if c == "\t" else " " * _width(c) for c in line[: start.column])
    carets = "^" * max(_width(line[start.column : last]), 1)
    gutter = " " * len(number)
    return [f" {number} | {line}", f" {gutter} | {pad}{carets}"]


def _finding(finding: Finding, result: Result) -> Iterator[str]:
    yield f"{places.text(finding.location, result)}: {finding.severity.value}[{finding.code}] {finding.message}"
    yield from excerpt(finding.location, result)
    if finding.detail:
        first, *rest = finding.detail.strip().splitlines()
        yield f"   = PyTorch: {first}"
        yield from (f"     {line}" for line in rest)
    for related in finding.related:
        yield f"   = note: {places.text(related.location, result)}: {related.message}"
    for fix in finding.fixes:
        yield from _fix(fix, result)


def _fix(fix: Fix, result: Result) -> Iterator[str]:
    yield f"   = fix: {fix.title}{' (preferred)' if fix.preferred else ''}"
    for edit in fix.edits:
        old, new = _one_line(result.sources.text(edit.location)), _one_line(edit.text)
        change = f"insert `{new}`" if not old else f"remove `{old}`" if not new else f"`{old}` becomes `{new}`"
        yield f"     {places.text(edit.location, result)}: {change}"


def _status(shown: str, report: Report, verbose: bool) -> Iterator[str]:
    if report.status != "ok":
        yield f"{shown}: {'checked in part' if report.status == 'partial' else 'not checked'}: {report.reason}"
    if not verbose:
        return
    for target in report.targets:
        reason = f": {target.reason}" if target.reason else ""
        inputs = ", ".join(f"{f.name}: {show.value_text(f.value)}" for f in target.inputs)
        given = f" with {inputs}" if inputs else ""
        source = f" (from {target.source})" if target.source else ""
        name = "script" if target.kind == "script" else f"{target.kind} {target.name}"
        yield f"{shown}: {name} {target.status}{given}{source}{reason}"
    yield from (f"{shown}: note: {note}" for note in report.notes)
    if report.suppressed:
        yield f"{shown}: {len(report.suppressed)} hidden by comments"


def _count(number: int, level: Severity) -> str:
    if level is Severity.INFORMATION:
        return f"{number} information"
    return f"{number} {level.value}{'' if number == 1 else 's'}"


def _device(fact: ShapeFact) -> str:
    device = fact.value.tensor.device if fact.value.tensor else "cpu"
    return "" if device == "cpu" else f" {device}"


def _one_line(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= 60 else short[:59] + "…"


def _width(text: str) -> int:
    """Columns of a terminal: a wide character takes two, a combining one none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
