"""The dimension of a softmax: the last where none is written, that of the classes where it is the batch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes.loss_kind import is_module
from shapewright.model import Edit

_LAYERS = {"softmax": "Softmax", "log_softmax": "LogSoftmax", "softmin": "Softmin"}


def offers(context: Context) -> Iterator[Offer]:
    """`dim=` of the call, or of the layer."""
    failure, spot = context.failure, context.failing
    if failure.kind != "softmax-dim" or spot is None or not isinstance(spot.node, ast.Call):
        return
    op = read.op(failure)
    calls = [spot] if last_name(spot.node.func) == op else list(context.calls(_LAYERS.get(op, "")))
    if len(calls) != 1:
        return
    dim = "-1" if "implicit" in failure.facts else "1"
    call = calls[0].node
    if isinstance(call, ast.Call):
        edit = _dim(calls[0], call, op, dim)
        yield Offer(f"Take it over dimension {dim}: dim={dim}", (edit,), 0.2, sure=True)


def _dim(spot: Spot, call: ast.Call, op: str, dim: str) -> Edit:
    """The dimension is the second argument of a function, the first of a method or a layer."""
    first = 1 if last_name(call.func) == op and is_module(call.func) else 0
    if len(call.args) > first:
        return spot.tree.replace(call.args[first], dim)
    return spot.tree.keyword(call, "dim", dim)
