"""`cat` and `stack`: another dimension, the one for the other, padding where lengths differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._demands import demands
from shapewright.fixes._dtypes import torch_name
from shapewright.model import Edit


def offers(context: Context) -> Iterator[Offer]:
    """What joins these tensors."""
    failure, spot = context.failure, context.failing
    op, items = read.op(failure), read.listed(failure)
    if op not in ("cat", "concat", "stack") or spot is None or not isinstance(spot.node, ast.Call) or len(items) < 2:
        return
    shapes = [read.shape(o) or () for o in items]
    ranks = {len(s) for s in shapes}
    torch = torch_name(spot.tree)
    yield from _expanded(context)
    if op == "cat" and len(ranks) == 1:
        rank = ranks.pop()
        dim = read.argument(failure, "dim", "argument 2")
        differ = [axis for axis in range(rank) if len({s[axis] for s in shapes}) > 1]
        if len(differ) == 1 and differ[0] != (dim if isinstance(dim, int) else 0) % max(rank, 1):
            yield Offer(
                f"Join them in dimension {differ[0]}: cat(…, dim={differ[0]})",
                (_dim(context, differ[0]),),
                0.6,
                sure=True,
            )
        if rank == 0 and torch is not None:
            yield Offer(
                "Stack scalars: stack(…)", (spot.tree.replace(spot.node.func, f"{torch}.stack"),), 0.2, sure=True
            )
    if op == "stack" and torch is not None and spot.node.args and len(ranks) == 1:
        differ = [axis for axis in range(min(ranks)) if len({s[axis] for s in shapes}) > 1]
        if differ == [0]:
            text = f"{torch}.nn.utils.rnn.pad_sequence({spot.tree.text(spot.node.args[0])}, batch_first=True)"
            yield Offer("Pad the shorter ones: pad_sequence(…, batch_first=True)", spot.replace(text), 0.8)
        smallest = tuple(min((s[axis] or 0) for s in shapes) for axis in range(min(ranks)))
        starts = {o.history[0].span for o in items if o.history}
        made = context.spot(next(iter(starts))) if len(starts) == 1 and differ != [0] else None
        if made is not None and all(smallest):
            index = ", ".join(f":{smallest[axis]}" if axis in differ else ":" for axis in range(max(differ) + 1))
            title = f"Cut each to {read.sizes(smallest)}: {made.text}[{index}]"
            yield Offer(title, made.suffix(f"[{index}]"), 1.0)
        if len(differ) == 1:
            edit = spot.tree.replace(spot.node.func, f"{torch}.cat")
            yield Offer("Join them as they are: cat(…)", (edit,), 1.6)


def _dim(context: Context, dim: int) -> Edit:
    spot = context.failing
    assert spot is not None and isinstance(spot.node, ast.Call)
    if len(spot.node.args) > 1:
        return spot.tree.replace(spot.node.args[1], str(dim))
    return spot.tree.keyword(spot.node, "dim", str(dim))


def _expanded(context: Context) -> Iterator[Offer]:
    """A single sample that goes in front of each of a batch."""
    for demand in demands(context.failure):
        for end, other in ((demand.one, demand.other), (demand.other, demand.one)):
            spot, whole = context.spot(end.operand.span), context.spot(other.operand.span)
            shape = read.shape(end.operand)
            if end.size != 1 or end.axis != 0 or shape is None or spot is None or whole is None:
                continue
            batch = f"{whole.text}.size(0)" if isinstance(whole.node, (ast.Name, ast.Attribute)) else str(other.size)
            text = f".expand({', '.join([batch, *['-1'] * (len(shape) - 1)])})"
            title = f"One for each sample: {spot.tree.suffixed(spot.node, text)}"
            yield Offer(title, spot.suffix(text), 0.4, sure=True)
