"""Another argument for the step that changed the shape: `transpose(0, 1)` for `transpose(1, 2)`."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._fits import fits
from shapewright.model import Edit

_STEPS = frozenset({"transpose", "permute", "unsqueeze", "squeeze", "swapaxes", "flatten"})
_REACH = 4


def offers(context: Context) -> Iterator[Offer]:
    """Other arguments for the nearest steps that changed the shape of an operand, or the step left out."""
    failure = context.failure
    for operand in (read.listed(failure) or read.inputs(failure))[-4:]:
        for number, step in enumerate(operand.history[:_REACH]):
            spot = context.spot(step.span)
            if number == 0 and spot is not None and isinstance(spot.node, ast.Subscript):
                yield from _unindexed(context, operand, spot, spot.node)
            if step.op not in _STEPS or spot is None or not isinstance(spot.node, ast.Call):
                continue
            before = operand.history[number + 1].value.tensor if number + 1 < len(operand.history) else None
            if before is None or before.shape is None:
                continue
            own = step.value.tensor.shape if step.value.tensor else None
            for text, shape, cost in _others(step.op, spot, before.shape):
                if shape == own and step.op != "squeeze":
                    continue
                suits = number == 0 and fits(failure, operand.name, shape)
                if number == 0 and not suits and step.op != "squeeze":
                    continue
                rank = (0.6 if suits else 1.9) + cost + 0.3 * number
                edits = _edits(spot, spot.node, text)
                if edits:
                    title = f"Make it {read.sizes(shape)}: {text or 'without ' + step.op}"
                    yield Offer(title, edits, rank, sure=suits or step.op == "squeeze")


def _unindexed(context: Context, operand: wire.Operand, spot: Spot, node: ast.Subscript) -> Iterator[Offer]:
    """Dimensions of size 1 that an index adds, left out."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    shape = read.shape(operand) or ()
    added = [i for i, item in enumerate(items) if isinstance(item, ast.Constant) and item.value is None]
    plain = all(
        (isinstance(i, ast.Slice) and i.lower is i.upper is None) or i in [items[k] for k in added] for i in items
    )
    before = tuple(size for i, size in enumerate(shape) if i not in added)
    if added and plain and fits(context.failure, operand.name, before):
        text = spot.tree.text(node.value)
        yield Offer(f"Use {text} as it is: {read.sizes(before)}", spot.replace(text), 0.2, sure=True)


def _edits(spot: Spot, call: ast.Call, text: str | None) -> tuple[Edit, ...]:
    """Put other arguments into the call; None leaves the call out."""
    if not isinstance(call.func, ast.Attribute):
        return ()
    receiver = call.func.value
    if isinstance(receiver, ast.Name) and receiver.id in ("torch", "self", "F", "nn"):
        return ()
    return (spot.tree.instead(call, f".{text}" if text else ""),)


def _others(op: str, spot: Spot, before: read.Shape) -> Iterator[tuple[str | None, read.Shape, float]]:
    """Other arguments with the shapes that they make."""
    rank = len(before)
    if op in ("transpose", "swapaxes"):
        for one, other in itertools.combinations(range(rank), 2):
            order = list(range(rank))
            order[one], order[other] = order[other], order[one]
            yield f"{op}({one}, {other})", tuple(before[i] for i in order), 0.0
        yield None, before, 0.3
    elif op == "permute":
        assert isinstance(spot.node, ast.Call)
        now = [read.literal(spot.tree.text(a)) for a in spot.node.args]
        orders = [
            o for o in itertools.permutations(range(rank)) if sum(a != b for a, b in zip(o, now, strict=False)) == 2
        ]
        for order in orders:
            yield f"permute({', '.join(map(str, order))})", tuple(before[i] for i in order), 0.0
        yield None, before, 0.4
    elif op == "unsqueeze":
        for axis in range(rank + 1):
            yield f"unsqueeze({axis})", (*before[:axis], 1, *before[axis:]), 0.0
        yield None, before, 0.2
    elif op == "squeeze":
        for axis in [i for i, size in enumerate(before) if size == 1 and i > 0][::-1] or [1]:
            yield f"squeeze({axis})", (*before[:axis], *before[axis + 1 :]), 0.0
        yield None, before, 0.3
    elif op == "flatten" and rank > 2:
        yield "flatten(1)", (before[0], read.product(before[1:])), 0.0
        yield "flatten(0, 1)", (read.product(before[:2]), *before[2:]), 0.1
