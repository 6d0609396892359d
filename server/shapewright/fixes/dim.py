"""Another dimension in `dim=`, where the tensor has not so many."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name

_NAMES = ("dim", "axis", "start_dim", "end_dim", "dim0", "dim1")


def offers(context: Context) -> Iterator[Offer]:
    """The dimensions that the operand has, the nearest to the one that was asked for first."""
    failure, spot = context.failure, context.failing
    if failure.exception != "IndexError" or spot is None or not isinstance(spot.node, ast.Call):
        return
    operands = read.listed(failure) or read.inputs(failure)
    shape = read.shape(operands[0]) if operands else None
    if shape is None:
        return
    rank = len(shape) + (read.op(failure) in ("stack", "unsqueeze"))
    for node in _given(spot.node):
        if isinstance(node, (ast.Tuple, ast.List)):
            kept = [e for e in node.elts if (v := read.literal(spot.tree.text(e))) is None or -rank <= v < rank]
            if kept and len(kept) < len(node.elts):
                text = ", ".join(spot.tree.text(e) for e in kept)
                whole = f"({text},)" if len(kept) == 1 else f"({text})"
                yield Offer(
                    f"Take the dimensions that there are: {whole}", (spot.tree.replace(node, whole),), 0.3, sure=True
                )
            continue
        value = read.literal(spot.tree.text(node))
        if type(value) is not int or -rank <= value < rank:
            continue
        nearest = sorted(range(rank), key=lambda v: abs(v - value))
        # A single dimension is the last one with and without a batch.
        order = [-1, *nearest] if rank == 1 else nearest
        for count, dim in enumerate(order[:4]):
            title = f"Take dimension {dim} of {read.sizes(shape)}: {last_name(spot.node.func)}(…, dim={dim})"
            yield Offer(title, (spot.tree.replace(node, str(dim)),), 0.3 + 0.3 * count, sure=count == 0)


def _given(call: ast.Call) -> Iterator[ast.expr]:
    named = [k.value for k in call.keywords if k.arg in _NAMES]
    yield from named
    if named:
        return
    for argument in reversed(call.args):
        if isinstance(argument, (ast.Constant, ast.UnaryOp, ast.Tuple)):
            yield argument
