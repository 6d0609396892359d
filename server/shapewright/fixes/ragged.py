"""Rows of different lengths as one tensor: padded to the longest."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, last_name
from shapewright.fixes.module_list import nn_name

_MADE = ("tensor", "as_tensor", "LongTensor", "FloatTensor", "Tensor")


def offers(context: Context) -> Iterator[Offer]:
    """`pad_sequence` over a tensor for each row."""
    failure, spot = context.failure, context.failing
    said = "expected sequence of length" in failure.message
    if not said or spot is None or not isinstance(spot.node, ast.Call) or not spot.node.args:
        return
    call, nn = spot.node, nn_name(spot)
    if last_name(call.func) not in _MADE or nn is None:
        return
    more = "".join(f", {k.arg}={spot.tree.text(k.value)}" for k in call.keywords if k.arg)
    rows = f"{spot.tree.text(call.func)}(row{more}) for row in {spot.tree.text(call.args[0])}"
    text = f"{nn}.utils.rnn.pad_sequence([{rows}], batch_first=True)"
    yield Offer("Pad the rows to the longest: pad_sequence(…)", spot.replace(text), 0.2, sure=True)
