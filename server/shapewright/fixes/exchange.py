"""Two that changed places: the sizes of a layer, or one variable of a function for another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot

_PAIRS = (("in_features", "out_features"), ("in_channels", "out_channels"))
_LIMIT = 3


def offers(context: Context) -> Iterator[Offer]:
    """The sizes of the failing layer exchanged; another variable where the shape of one does not fit."""
    yield from _sizes(context)
    yield from _variables(context)


def _sizes(context: Context) -> Iterator[Offer]:
    call, x = layers.made(context), read.shape(read.operand(context.failure, "input"))
    if call is None or x is None:
        return
    for one, other in _PAIRS:
        first, second = layers.argument(call, one), layers.argument(call, other)
        given = read.setting(context.failure, other)
        channel = x[0 if len(x) < 2 else len(x) - 1 if one == "in_features" else 1] if x else None
        if first is not None and second is not None and given == channel and first.text != second.text:
            edits = (*first.replace(second.text), *second.replace(first.text))
            title = f"Exchange the sizes of {layers.name(context, call)}: {one}={second.text}, {other}={first.text}"
            yield Offer(title, edits, 0.8, sure=True)


def _variables(context: Context) -> Iterator[Offer]:
    """Masks and the like that are made of the wrong argument of the function."""
    spot = context.failing
    function = spot.tree.function(spot.node) if spot is not None else None
    if spot is None or not isinstance(spot.node, ast.Call) or function is None or len(spot.node.keywords) < 2:
        return
    others = [arg.arg for arg in function.args.args if arg.arg != "self"]
    for keyword in spot.node.keywords:
        if not any(word in (keyword.arg or "") for word in ("mask", "lengths")):
            continue
        for node in ast.walk(keyword.value):
            if isinstance(node, ast.Name) and node.id in others and _concerned(context, spot.at(keyword.value)):
                for name in [o for o in others if o != node.id][:_LIMIT]:
                    title = f"Make {keyword.arg} of {name}"
                    yield Offer(title, spot.at(node).replace(name), 0.9, sure=True)


def _concerned(context: Context, spot: Spot) -> bool:
    """Whether an operand of the failure was made by this expression."""
    for operand in context.failure.operands:
        for step in operand.history:
            made = context.spot(step.span)
            if made is not None and made.key == spot.key and "mask" in operand.name:
                return True
    return False
