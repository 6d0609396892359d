"""A cast behind an operand: `x` becomes `x.float()`, in the failing call or in that of a caller."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer
from shapewright.fixes._dtypes import METHODS, computed_in_two, wanted
from shapewright.fixes._places import places


def offers(context: Context) -> Iterator[Offer]:
    """A cast of each operand that should be of another dtype, where it is used."""
    yield from _of_loss(context)
    for number, (operand, dtype) in enumerate(wanted(context.failure)[:3]):
        method = METHODS.get(dtype)
        if method is None:
            continue
        for place in places(context, operand, steps=False):
            if place.reach == "assigned" and operand.history:
                continue
            title = f"Cast {place.spot.text} to {dtype}: {place.spot.tree.suffixed(place.spot.node, method)}"
            yield Offer(title, place.spot.suffix(method), 2.0 + number + place.cost, sure=number == 0)


def _of_loss(context: Context) -> Iterator[Offer]:
    """Where only `backward` complains, the loss has computed with two dtypes: its other arguments."""
    failure = context.failure
    steps = failure.operands[0].history if failure.operands else ()
    if not computed_in_two(failure):
        return
    spot = context.spot(steps[0].span) if steps else None
    if spot is None or not isinstance(spot.node, ast.Call):
        return
    for number, node in enumerate(reversed(spot.node.args)):
        given = spot.at(node)
        title = f"Cast {given.text} to float32: {given.tree.suffixed(node, '.float()')}"
        yield Offer(title, given.suffix(".float()"), 1.0 + number, sure=True)
