"""Another number in a declared shape: the docstring or comment that says what comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._demands import End, demands
from shapewright.model import Edit, Location
from shapewright.source import Range


def offers(context: Context) -> Iterator[Offer]:
    """The size that was declared for one operand made that of the other."""
    if context.failure.evidence != "declared":
        return
    for demand in demands(context.failure)[:2]:
        for end, other in ((demand.one, demand.other), (demand.other, demand.one)):
            for span in _spans(context, end.operand):
                yield from _edited(context, span, end, other.size or 0)


def _spans(context: Context, operand: wire.Operand) -> list[wire.Span]:
    found = [step.span for step in operand.history if step.kind == "declared"]
    if not found and context.failure.declared is not None:
        found = [context.failure.declared]
    return found


def _edited(context: Context, span: wire.Span, end: End, goal: int) -> Iterator[Offer]:
    location = context.sources.location(span)
    source = context.sources.get(span.path)
    if location is None or source is None or end.size is None or goal < 1:
        return
    text, start = source.slice(location.range), source.offset(location.range.start)
    sizes = list(re.finditer(r"(?<![\w.])\d+(?![\w.])", text))
    named = [m for m in sizes if int(m[0]) == end.size]
    if len(named) != 1:
        return
    first, last = start + named[0].start(), start + named[0].end()
    place = Location(span.path, Range(source.position(first), source.position(last)))
    written = f"{text[: named[0].start()]}{goal}{text[named[0].end() :]}"
    yield Offer(f"Declare {' '.join(written.split())}", (Edit(place, str(goal)),), 1.8)
