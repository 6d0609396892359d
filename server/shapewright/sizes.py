"""What trying other sizes adds to a report: contracts, symbols of dimensions, and hints about sizes that break.

It is a run of its own, behind the first report, so that nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shapewright import show, wire
from shapewright.analysis import Request, Runner, analyse
from shapewright.model import Location, Report, ShapeFact

SECONDS = 20.0
"""More than the first run has."""


def with_sizes(report: Report, request: Request, engine: Runner) -> Report:
    """The report with what other sizes show. `request` is the one that the report answers; the report itself where an
    edit ended the run."""
    if report.status == "failed" or not any(target.kind == "class" for target in report.targets):
        return report
    config = replace(request.config, timeout=request.config.timeout + SECONDS)
    seen = analyse(replace(request, config=config, sizes=True), engine)
    if seen.status == "failed":
        return report if seen.reason.startswith("cancelled") else replace(report, sized=True)
    known = {(f.code, f.location) for f in report.findings}
    added = [f for f in seen.findings if f.failure and f.failure.kind == f.code and (f.code, f.location) not in known]
    return replace(
        report,
        findings=(*report.findings, *added),
        suppressed=report.suppressed,
        shapes=with_symbols(report.shapes, seen.shapes),
        contracts=seen.contracts,
        sized=True,
    )


def with_symbols(shapes: Iterable[ShapeFact], seen: Iterable[ShapeFact]) -> tuple[ShapeFact, ...]:
    """The facts with the symbols of others that are about the same value at the same place."""
    places: dict[Location, list[ShapeFact]] = {}
    for fact in seen:
        if show.holds_tensor(fact.value):
            places.setdefault(fact.location, []).append(fact)
    return tuple(_with_symbols(fact, places.get(fact.location, ())) for fact in shapes)


def _with_symbols(fact: ShapeFact, others: Iterable[ShapeFact]) -> ShapeFact:
    for other in others:
        same = (other.role, other.name, other.caller) == (fact.role, fact.name, fact.caller)
        if same and plain(other.value) == plain(fact.value):
            return replace(fact, value=other.value)
    return fact


def plain(value: wire.Value) -> wire.Value:
    """A value without symbols."""
    if value.tensor is not None:
        return replace(value, tensor=replace(value.tensor, symbols=None))
    return replace(value, items=tuple(plain(item) for item in value.items)) if value.items else value
