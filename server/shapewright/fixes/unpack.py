"""A list of inputs given as one: `model(inputs)` becomes `model(*inputs)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """A star in front of the list."""
    failure, spot = context.failure, context.failing
    if failure.exception != "TypeError" or spot is None or not isinstance(spot.node, ast.Call):
        return
    for operand in failure.operands:
        given = context.spot(operand.span)
        if operand.value.kind == "sequence" and given is not None and any(a is given.node for a in spot.node.args):
            text = f"*{given.text}"
            yield Offer(f"Give its items one by one: {text}", (given.tree.before(given.node, "*"),), 0.3, sure=True)
