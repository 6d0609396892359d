"""Other numbers in a view, and `reshape` where the tensor is not contiguous."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from typing import cast

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._dims import sources
from shapewright.fixes._numbers import changes, evaluate
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
        for step in operand.history[:4]:
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
                edits = (*spot.at(arguments[0]).replace(f"{receiver.id}.size(0)"), *spot.at(arguments[1]).replace("-1"))
                yield Offer(f"Keep the batch as it is: {step.op}({text})", edits, 2.5)
