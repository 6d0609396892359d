"""Other numbers in a view, and `reshape` where the tensor is not contiguous."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from typing import cast

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._dims import sources
from shapewright.fixes._numbers import changes, evaluate, values
from shapewright.model import Edit, Location
from shapewright.source import Range

_VIEWS = ("view", "reshape")


def offers(context: Context) -> Iterator[Offer]:
    """`reshape` for a view of the right size; else each size of it that can be made to fit."""
    failure, spot = context.failure, context.failing
    if read.op(failure) in _VIEWS and spot is not None and isinstance(spot.node, ast.Call):
        operand = failure.operands[0] if failure.operands else None
        shape, wanted = read.shape(operand), _wanted(context)
        total = read.product(shape) if shape is not None else None
        if shape is None or total is None or wanted is None:
            return
        if _matches(total, wanted) and isinstance(spot.node.func, ast.Attribute):
            yield from _contiguous(spot, spot.node, spot.node.func)
        else:
            yield from _sized(context, spot, shape, wanted)
            yield from _input(context, shape, wanted)
    else:
        yield from _batches(context)


def _wanted(context: Context) -> list[int] | None:
    """The sizes that the view was asked for."""
    found: list[int] = []
    for text in context.failure.arguments.values():
        value = read.literal(text)
        for item in cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else (value,):
            if type(item) is not int:
                return None
            found.append(item)
    return found


def _matches(total: int, wanted: list[int]) -> bool:
    rest = math.prod(size for size in wanted if size != -1)
    return rest != 0 and (total % rest == 0 if -1 in wanted else total == rest)


def _contiguous(spot: Spot, call: ast.Call, func: ast.Attribute) -> Iterator[Offer]:
    tree = spot.tree
    yield Offer("Copy where it has to: reshape(…)", (tree.renamed(func, "reshape"),), 0.1, sure=True)
    place = Location(tree.path, Range(tree.dot(call), tree.dot(call)))
    yield Offer("Copy before it is viewed: .contiguous().view(…)", (Edit(place, ".contiguous()"),), 0.4)


def _sized(context: Context, spot: Spot, shape: read.Shape, wanted: list[int]) -> Iterator[Offer]:
    assert isinstance(spot.node, ast.Call)
    total = read.product(shape) or 0
    arguments = spot.node.args
    if last_name(spot.node.func) in _VIEWS and len(arguments) == 1 and isinstance(arguments[0], (ast.Tuple, ast.List)):
        arguments = arguments[0].elts
    if len(arguments) != len(wanted) or any(isinstance(a, ast.Starred) for a in arguments):
        return
    given = [spot.at(a) for a in arguments]
    squares = list(_square(spot, given, shape, wanted))
    yield from squares
    if squares:
        return
    if wanted[0] == -1 and len(shape) > 1:
        yield from _rows(context, given, shape, wanted)
        return
    for axis, size in enumerate(wanted):
        rest = math.prod(s for i, s in enumerate(wanted) if i != axis and s != -1)
        if rest == 0 or total % rest:
            continue
        goal = total // rest
        others = [goal if i == axis else s for i, s in enumerate(wanted)]
        if -1 not in wanted:
            title = f"Let PyTorch compute dimension {axis}: {goal}"
            yield Offer(title, given[axis].replace("-1"), 0.9 + 0.2 * (axis > 0), sure=axis == 0)
        elif size == -1:
            continue
        for change in changes(context, given[axis], size if size > 0 else None, goal)[:3]:
            title = f"View it as {read.sizes(others)} ({change.words})"
            yield Offer(title, change.edits, 0.8 + 0.3 * change.cost + 0.1 * axis, sure=True)


def _rows(context: Context, given: list[Spot], shape: read.Shape, wanted: list[int]) -> Iterator[Offer]:
    """As many rows as before: the other sizes are those of one item, and the layer behind takes as many."""
    for start in range(1, len(shape)):
        whole = read.product(shape[start:])
        for axis, size in enumerate(wanted[1:], 1):
            rest = math.prod(s for i, s in enumerate(wanted[1:], 1) if i != axis)
            if size < 1 or rest < 1 or whole is None or whole % rest or whole // rest == size:
                continue
            goal = whole // rest
            others = [goal if i == axis else s for i, s in enumerate(wanted)]
            cost = 0.3 * (start - 1) + 0.1 * axis
            for change in changes(context, given[axis], size, goal)[:2]:
                title = f"View it as {read.sizes(others)} ({change.words})"
                rank = 0.8 + 0.3 * change.cost + cost
                if len(wanted) == 2 and (more := _taking(context, given[axis], size, goal)):
                    edits = tuple(dict.fromkeys((*change.edits, *more[0])))
                    yield Offer(f"{title}, and make {more[1]} take {goal} features", edits, rank - 0.4, sure=start == 1)
                yield Offer(title, change.edits, rank, sure=start == 1)


def _taking(context: Context, view: Spot, size: int, goal: int) -> tuple[tuple[Edit, ...], str] | None:
    """The edits that let the one layer of the same class which takes `size` features take `goal`, and its name."""
    owner = view.tree.owner(view.node)
    found: list[tuple[tuple[Edit, ...], str]] = []
    for call in context.calls("Linear"):
        own = layers.argument(call, "in_features")
        if call.tree is not view.tree or call.tree.owner(call.node) is not owner or own is None:
            continue
        if size in values(context, own):
            ways = changes(context, own, size, goal)
            found += [(way.edits, layers.name(context, call)) for way in ways[:1]]
    return found[0] if len(found) == 1 else None


def _input(context: Context, shape: read.Shape, wanted: list[int]) -> Iterator[Offer]:
    """One size of the tensor so that the view has all of it."""
    total, operand = read.product(shape), context.failure.operands[0]
    asked = math.prod(wanted)
    if total is None or -1 in wanted or asked == 0:
        return
    for axis, size in enumerate(shape):
        if size is None or size * asked % total:
            continue
        goal = size * asked // total
        for source in sources(context, operand, axis):
            for change in changes(context, source.spot, source.size, goal)[:3]:
                yield Offer(source.titled(goal, change.words), change.edits, 1.3 + 0.2 * change.cost + 0.1 * axis)


def _square(spot: Spot, given: list[Spot], shape: read.Shape, wanted: list[int]) -> Iterator[Offer]:
    """Two equal sizes at the end: an image, whose side can be computed."""
    total = read.product(shape)
    if total is None or len(wanted) < 2 or wanted[-1] != wanted[-2] or wanted[-1] < 1:
        return
    fixed = math.prod(s for s in wanted[:-2] if s != -1)
    for rest in (fixed, fixed * (shape[0] or 1) if -1 in wanted else 0):
        side = math.isqrt(total // rest) if rest and total % rest == 0 else 0
        if side and side * side * rest == total and side != wanted[-1]:
            edits = (*given[-2].replace(str(side)), *given[-1].replace(str(side)))
            yield Offer(f"View it as {side} × {side}", edits, 0.5, sure=True)


def _batches(context: Context) -> Iterator[Offer]:
    """A view that computes the size of the batch from the others, and so hides that they are wrong."""
    for operand in read.inputs(context.failure):
        for number, step in enumerate(operand.history[:5]):
            spot, fact = context.spot(step.span), step.value.tensor
            if step.op not in _VIEWS or spot is None or fact is None or not isinstance(spot.node, ast.Call):
                continue
            arguments = spot.node.args
            receiver = spot.node.func.value if isinstance(spot.node.func, ast.Attribute) else None
            if (
                len(arguments) == 2
                and isinstance(receiver, ast.Name)
                and evaluate(context, spot.at(arguments[0])) == -1
            ):
                text = f"{receiver.id}.size(0), -1"
                before = operand.history[number + 1].value.tensor if number + 1 < len(operand.history) else None
                now = evaluate(context, spot.at(arguments[1]))
                each = read.product(before.shape[1:]) if before is not None and before.shape else None
                edits = (*spot.at(arguments[0]).replace(f"{receiver.id}.size(0)"), *spot.at(arguments[1]).replace("-1"))
                more = _taking(context, spot, now, each) if isinstance(now, int) and each not in (None, now) else None
                if more is not None:
                    title = f"Keep the batch as it is: {step.op}({text}), and make {more[1]} take {each} features"
                    yield Offer(title, tuple(dict.fromkeys((*edits, *more[0]))), 0.5, sure=True)
                yield Offer(f"Keep the batch as it is: {step.op}({text})", edits, 2.5)
