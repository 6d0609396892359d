"""Attention: which dimension is the batch, and masks that are turned or one too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._places import places

_KINDS = ("MultiheadAttention", "Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")
_WANTED = re.compile(
    r"torch\.Size\(\[[\d, ]+\]\), but should be \(([\d, ]+)\)|expecting key_padding_mask shape of \(([\d, ]+)\)"
)
_FEW = 2


def offers(context: Context) -> Iterator[Offer]:
    """`batch_first=True` where the layer is made; masks of the shape that is wanted."""
    failure = context.failure
    kind = failure.module.type if failure.module is not None else ""
    if kind in _KINDS and read.setting(failure, "batch_first") is not True:
        call = layers.made(context)
        if call is not None and isinstance(call.node, ast.Call):
            edit = call.tree.keyword(call.node, "batch_first", "True")
            title = f"Let {layers.name(context, call)} take the batch first (batch_first=True)"
            yield Offer(title, (edit,), 0.6, sure=True)
    found = _WANTED.search(failure.message)
    for operand in failure.operands if found is not None else ():
        if "mask" in operand.name and found is not None:
            wanted = tuple(int(size) for size in (found[1] or found[2]).split(","))
            yield from _mask(context, operand, wanted)


def _mask(context: Context, operand: wire.Operand, wanted: tuple[int, ...]) -> Iterator[Offer]:
    shape = read.shape(operand)
    if shape is None or len(shape) != len(wanted):
        return
    made = context.spot(operand.history[-1].span) if operand.history else None
    for place in places(context, operand):
        if len(wanted) == _FEW and shape == wanted[::-1] and shape != wanted:
            text = place.spot.tree.suffixed(place.spot.node, ".t()")
            title = f"Give it {operand.name} {read.sizes(wanted)}: {text}"
            yield Offer(title, place.spot.suffix(".t()"), 0.3 + place.cost, sure=True)
    more = {(now or 0) - size for now, size in zip(shape, wanted, strict=True)}
    if made is None or not isinstance(made.node, ast.Call) or len(made.node.args) != 1 or len(more) != 1:
        return
    argument, left = made.node.args[0], more.pop()
    if not isinstance(argument, ast.Constant) and 0 < abs(left) <= _FEW:
        text = f"{made.tree.text(argument)} {'-' if left > 0 else '+'} {abs(left)}"
        title = f"Make {operand.name} {read.sizes(wanted)}: {text}"
        yield Offer(title, made.at(argument).replace(text), 0.5, sure=True)
