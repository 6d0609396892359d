"""A normalisation that needs no batch, where there is a single sample: LayerNorm or GroupNorm for BatchNorm."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """The layer that normalises each sample by itself."""
    failure, call = context.failure, layers.made(context)
    shape = read.shape(read.operand(failure, "input"))
    kind = failure.module.type if failure.module is not None else ""
    if not kind.startswith("BatchNorm") or call is None or not shape or read.product((shape[0], *shape[2:])) != 1:
        return
    assert isinstance(call.node, ast.Call)
    size = layers.argument(call, "num_features")
    if isinstance(call.node.func, ast.Attribute) and size is not None:
        own = call.tree.text(call.node.func.value)
        edits = (call.tree.replace(call.node.func, f"{own}.LayerNorm"),)
        if len(shape) == 2:
            yield Offer(f"Normalise each sample by itself: LayerNorm({size.text})", edits, 0.5, sure=True)
        else:
            text = f"{own}.GroupNorm(1, {size.text})"
            yield Offer(f"Normalise each sample by itself: {text}", call.replace(text), 0.5, sure=True)
