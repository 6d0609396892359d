"""Another text in the place of a shape that a comment or a docstring gives wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer
from shapewright.model import Edit


def offers(context: Context) -> Iterator[Offer]:
    """The shape as it was seen, where only numbers or the order differ."""
    failure = context.failure
    instead = failure.facts.get("instead", "")
    if failure.kind not in ("shape-comment", "stale-docstring") or not instead:
        return
    location, source = context.sources.location(failure.span), context.sources.get(failure.span.path)
    if location is None or source is None:
        return
    said = source.slice(location.range)
    if said[:1] + said[-1:] == "[]":
        instead = f"[{instead[1:-1]}]"
    yield Offer(f"Write {instead}", (Edit(location, instead),), 1.0)
