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
_Key = tuple[Location, str, str, "Location | None", wire.Value]


def with_sizes(report: Report, request: Request, engine: Runner) -> Report:
    """The report with what other sizes show. `request` is the one that the report answers; the report itself where the
    run did not come to its end."""
    if report.status == "failed" or not any(target.kind == "class" for target in report.targets):
        return report
    config = replace(request.config, timeout=request.config.timeout + SECONDS)
    seen = analyse(replace(request, config=config, sizes=True), engine)
    if seen.status == "failed":
        return report
    known = {(f.code, f.location) for f in report.findings}
    added = [f for f in seen.findings if f.failure and f.failure.kind == f.code and (f.code, f.location) not in known]
    return replace(
        report,
        findings=(*report.findings, *added),
        suppressed=report.suppressed,
        shapes=with_symbols(report.shapes, seen.shapes),
        contracts=seen.contracts,
    )


def with_symbols(shapes: Iterable[ShapeFact], seen: Iterable[ShapeFact]) -> tuple[ShapeFact, ...]:
    """The facts with the symbols of others that are about the same value at the same place."""
    values = {_key(fact): fact.value for fact in seen if show.holds_tensor(fact.value)}
    places = {fact.location for fact in seen}
    return tuple(
        replace(fact, value=values.get(_key(fact), fact.value)) if fact.location in places else fact for fact in shapes
    )


def _key(fact: ShapeFact) -> _Key:
    return fact.location, fact.role, fact.name, fact.caller, plain(fact.value)


def plain(value: wire.Value) -> wire.Value:
    """A value without symbols."""
    if value.tensor is not None:
        return replace(value, tensor=replace(value.tensor, symbols=None))
    return replace(value, items=tuple(plain(item) for item in value.items)) if value.items else value
