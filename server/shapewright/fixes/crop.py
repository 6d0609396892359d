"""A table that is longer than the sequence, cut to its length: `x + self.pe[:, :x.size(1)]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._demands import demands


def offers(context: Context) -> Iterator[Offer]:
    """Cut the operand that is a parameter, a buffer or a constant; then the larger one, whatever it is."""
    for demand in demands(context.failure)[:1]:
        small, large = sorted((demand.one, demand.other), key=lambda end: end.size or 0)
        one, other = context.spot(small.operand.span), context.spot(large.operand.span)
        shape, its = read.shape(large.operand), read.shape(small.operand)
        if (
            "loss" in read.op(context.failure)
            or one is None
            or other is None
            or shape is None
            or its is None
            or large.operand.name in read.PARAMETERS
        ):
            continue
        axis, place = large.axis % len(shape), small.axis % len(its)
        stop = f"{one.text}.size({place})" if isinstance(one.node, (ast.Name, ast.Attribute)) else str(small.size)
        index = ", ".join([*":" * axis, f":{stop}"])
        table = isinstance(other.node, ast.Attribute) and len(large.operand.history) < 3
        title = f"Cut {other.text} to {small.size} in dimension {axis}: {other.text}[{index}]"
        yield Offer(title, other.suffix(f"[{index}]"), 0.5 if table else 2.6, sure=table)
