"""Packed sequences: not sorted by their length, or taken for a tensor."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes.module_list import nn_name


def offers(context: Context) -> Iterator[Offer]:
    """The option of `pack_padded_sequence` that sorts them; `pad_packed_sequence` where a tensor is wanted."""
    spot = context.failing
    if spot is not None:
        yield from _padded(context, spot)
    if spot is None or not isinstance(spot.node, ast.Call) or not last_name(spot.node.func).startswith("pack_"):
        return
    edit = spot.tree.keyword(spot.node, "enforce_sorted", "False")
    yield Offer("Let PyTorch sort them (enforce_sorted=False)", (edit,), 0.2, sure=True)


def _padded(context: Context, spot: Spot) -> Iterator[Offer]:
    packed = [o for o in context.failure.operands if o.value.type == "PackedSequence"]
    nn = nn_name(spot)
    packs = list(context.calls("pack_padded_sequence", "pack_sequence"))
    if not packs or nn is None:
        return
    first = any(
        k.arg == "batch_first" and isinstance(k.value, ast.Constant) and k.value.value
        for pack in packs
        if isinstance(pack.node, ast.Call)
        for k in pack.node.keywords
    )
    known = any(isinstance(n, ast.alias) and n.name == "pad_packed_sequence" for n in ast.walk(spot.tree.module))
    function = "pad_packed_sequence" if known else f"{nn}.utils.rnn.pad_packed_sequence"
    for operand in packed:
        at = context.spot(operand.span)
        if at is not None and at.tree is spot.tree:
            text = f"{function}({at.text}{', batch_first=True' if first else ''})[0]"
            yield Offer(f"Take the tensor out: {text}", at.replace(text), 0.1, sure=True)
