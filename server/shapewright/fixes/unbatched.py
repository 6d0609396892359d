"""The dimension that a batch lacks: the steps of a sequence, or the channels of an image."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._places import places


def offers(context: Context) -> Iterator[Offer]:
    """`unsqueeze(1)` where the batch is given to the layer."""
    failure = context.failure
    given = read.operand(failure, "input")
    shape = read.shape(given)
    if failure.kind != "unbatched-input" or given is None or not shape:
        return
    for place in places(context, given, steps=False)[:2]:
        text = place.spot.tree.suffixed(place.spot.node, ".unsqueeze(1)")
        title = f"Give it {read.sizes((shape[0], 1, *shape[1:]))}: {text}"
        yield Offer(title, place.spot.suffix(".unsqueeze(1)"), 0.2 + place.cost, sure=True)
