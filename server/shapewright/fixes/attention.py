"""Attention: which dimension is the batch, and masks that are turned or one too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._places import places

_KINDS = ("MultiheadAttention", "Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")
_WANTED = re.compile(r"torch\.Size\(\[[\d, ]+\]\), but should be \(([\d, ]+)\)")
_RANK = 3
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
    for operand in failure.operands:
        wanted = _wanted(failure, operand) if "mask" in operand.name else None
        if wanted is not None:
            yield from _mask(context, operand, wanted)


def _wanted(failure: wire.Failure, operand: wire.Operand) -> tuple[int, ...] | None:
    """The shape that a mask should have; inside the attention the keys stand as [keys, batch, features]."""
    key = read.shape(read.operand(failure, "key"))
    if operand.name == "key_padding_mask":
        keys, batch = key[:2] if key is not None and len(key) == _RANK else (None, None)
        return None if keys is None or batch is None else (batch, keys)
    found = _WANTED.search(failure.message)
    return tuple(int(size) for size in found[1].split(",")) if found is not None else None


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
        text = _shifted(made.at(argument), -left)
        title = f"Make {operand.name} {read.sizes(wanted)}: {text}"
        yield Offer(title, made.at(argument).replace(text), 0.5, sure=True)


def _shifted(spot: Spot, by: int) -> str:
    """A number with something added; what was added to it already is not written twice."""
    node, base = spot.node, spot
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        added = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(added, int):
            base, by = spot.at(node.left), by + (added if isinstance(node.op, ast.Add) else -added)
    return base.text if by == 0 else f"{base.text} {'+' if by > 0 else '-'} {abs(by)}"
