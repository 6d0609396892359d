"""One number asked of a tensor that holds several: all of them as a list, or their mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """`tolist()` for `item()`; of numbers with a fraction the mean."""
    failure, spot = context.failure, context.failing
    first = failure.operands[0] if failure.operands else None
    if read.op(failure) != "item" or first is None or spot is None or not isinstance(spot.node, ast.Call):
        return
    function = spot.node.func
    if not isinstance(function, ast.Attribute) or function.attr != "item":
        return
    floating = read.dtype(first) in read.FLOATS
    rename = (spot.tree.renamed(function, "tolist"),)
    yield Offer("Take all of them: tolist()", rename, 0.4 if floating else 0.2, sure=not floating)
    if floating:
        text = spot.tree.suffixed(function.value, ".mean()")
        yield Offer(f"Take their mean: {text}.item()", spot.at(function.value).suffix(".mean()"), 0.3, sure=True)
