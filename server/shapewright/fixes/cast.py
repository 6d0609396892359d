"""A cast behind an operand: `x` becomes `x.float()`, in the failing call or in that of a caller."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer
from shapewright.fixes._dtypes import METHODS, wanted
from shapewright.fixes._places import places


def offers(context: Context) -> Iterator[Offer]:
    """A cast of each operand that should be of another dtype, where it is used."""
    for number, (operand, dtype) in enumerate(wanted(context.failure)[:3]):
        method = METHODS.get(dtype)
        if method is None:
            continue
        for place in places(context, operand, steps=False):
            title = f"Cast {place.spot.text} to {dtype}: {place.spot.tree.suffixed(place.spot.node, method)}"
            yield Offer(title, place.spot.suffix(method), 2.0 + number + place.cost, sure=number == 0)
