"""Attention: which dimension is the batch, and masks that are turned or one too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._numbers import changes, evaluate
from shapewright.fixes._places import places

_KINDS = ("MultiheadAttention", "Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")
_WANTED = re.compile(r"torch\.Size\(\[[\d, ]+\]\), but should be \(([\d, ]+)\)")
_RANK = 3
_FEW = 2


def offers(context: Context) -> Iterator[Offer]:
    """`batch_first=True` where the layer is made; masks of the shape that is wanted."""
    failure = context.failure
    kind = failure.module.type if failure.module is not None else ""
    if failure.exception == "AssertionError":
        yield from _heads(context)
    if kind in _KINDS and read.setting(failure, "batch_first") is not True:
        call = layers.made(context) or _outer(context)
        if call is not None and isinstance(call.node, ast.Call):
            edit = call.tree.keyword(call.node, "batch_first", "True")
            title = f"Let {layers.name(context, call)} take the batch first (batch_first=True)"
            query, mask = read.shape(read.operand(failure, "query")), read.operand(failure, "key_padding_mask")
            told = query is not None and mask is not None and read.shape(mask) == query[:2]
            yield Offer(title, (edit,), 0.2 if told else 0.6, sure=True)
    for operand in failure.operands:
        wanted = _wanted(failure, operand) if "mask" in operand.name else None
        if wanted is not None:
            yield from _mask(context, operand, wanted)


def _outer(context: Context) -> Spot | None:
    """The call of a library's class that made the layer within itself, as its parameters tell."""
    weight = read.operand(context.failure, "in_proj_weight")
    for step in weight.history[::-1] if weight is not None else ():
        spot = context.spot(step.span)
        if spot is not None and layers.last_name_of(spot) in _KINDS:
            return spot
    return None


def _heads(context: Context) -> Iterator[Offer]:
    """A number of heads that divides the width: the nearest."""
    tree, failing = context.tree(context.failure.span.path), context.failing
    statement = tree.statement_at(context.failure.span) if tree is not None else None
    pair: tuple[Spot | None, Spot | None] = (None, None)
    if tree is not None and isinstance(statement, ast.Assert):
        for node in ast.walk(statement.test):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
                pair = Spot(tree, node.left), Spot(tree, node.right)
    elif failing is not None and "divisible" in context.failure.message:
        kind = layers.last_name_of(failing)
        names = ("embed_dim", "num_heads") if kind == "MultiheadAttention" else ("d_model", "nhead")
        pair = layers.argument(failing, names[0]), layers.argument(failing, names[1])
    width, count = pair
    if width is None or count is None:
        return
    whole, now = evaluate(context, width), evaluate(context, count)
    if not isinstance(whole, int) or not isinstance(now, int) or not 0 < now < whole:
        return
    heads = sorted((n for n in range(1, whole) if whole % n == 0), key=lambda n: (abs(n - now), n))
    for number, wanted in enumerate(heads[:2]):
        for change in changes(context, count, now, wanted)[:2]:
            title = f"Make it {wanted} heads of {whole // wanted} ({change.words})"
            yield Offer(title, change.edits, 0.5 + 0.5 * number + 0.2 * change.cost, sure=number == 0)
    for change in changes(context, width, whole, -(-whole // now) * now)[:2]:
        title = f"Make it {-(-whole // now) * now} wide ({change.words})"
        yield Offer(title, change.edits, 0.9 + 0.2 * change.cost)


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
    heads = read.argument(context.failure, "num_heads")
    if len(wanted) == _RANK and isinstance(heads, int) and wanted == ((shape[0] or 0) * heads, *shape[1:]):
        for place in [found for found in (context.spot(operand.span) or _given(context),) if found is not None]:
            text = f".repeat_interleave({heads}, dim=0)"
            title = f"Give each head its mask {read.sizes(wanted)}: {place.tree.suffixed(place.node, text)}"
            yield Offer(title, place.suffix(text), 0.3, sure=True)
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


def _given(context: Context) -> Spot | None:
    """The mask as the call is given it, where the layer made another tensor of it."""
    spot = context.failing
    for keyword in spot.node.keywords if spot is not None and isinstance(spot.node, ast.Call) else ():
        if spot is not None and keyword.arg in ("attn_mask", "mask", "src_mask"):
            return spot.at(keyword.value)
    return None


def _shifted(spot: Spot, by: int) -> str:
    """A number with something added; what was added to it already is not written twice."""
    node, base = spot.node, spot
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        added = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(added, int):
            base, by = spot.at(node.left), by + (added if isinstance(node.op, ast.Add) else -added)
    return base.text if by == 0 else f"{base.text} {'+' if by > 0 else '-'} {abs(by)}"
