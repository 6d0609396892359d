"""Sizes unpacked into another number of names than the tensor has dimensions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._tree import Tree

_TABLE = 2


def offers(context: Context) -> Iterator[Offer]:
    """A dimension of size 1 taken away, or names for the dimensions that there are."""
    failure, tree = context.failure, context.tree(context.failure.span.path)
    if failure.exception != "ValueError" or tree is None:
        return
    statement = tree.statement_at(failure.span)
    if isinstance(statement, ast.For):
        yield from _nested(tree, statement, failure)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], (ast.Tuple, ast.List)):
        return
    names = statement.targets[0].elts
    for operand in failure.operands:
        shape, spot = read.shape(operand), context.spot(operand.span)
        if shape is None or spot is None or not any(n is spot.node for n in ast.walk(statement.value)):
            continue
        if spot.node is statement.value:
            yield from _rows(spot, shape, len(names))
        yield from _fewer(spot, shape, len(names))
        missing = len(shape) - len(names)
        if missing > 0:
            edit = tree.before(names[0], "_, " * missing)
            yield Offer(f"Unpack all {len(shape)} sizes of {read.sizes(shape)}", (edit,), 0.8, sure=True)


def _nested(tree: Tree, loop: ast.For, failure: wire.Failure) -> Iterator[Offer]:
    """Names in parentheses of their own, which count as one: `for (a, b), c in loader`."""
    target = loop.target
    length = next((o.value.length for o in failure.operands if o.value.kind == "sequence"), None)
    if not isinstance(target, ast.Tuple) or not any(isinstance(e, ast.Tuple) for e in target.elts):
        return
    names = [name for e in target.elts for name in (e.elts if isinstance(e, ast.Tuple) else [e])]
    if len(names) == length:
        text = ", ".join(tree.text(name) for name in names)
        yield Offer(f"Unpack all {length}: {text}", (tree.replace(target, text),), 0.1, sure=True)


def _rows(spot: Spot, shape: read.Shape, count: int) -> Iterator[Offer]:
    """A table that is unpacked along its rows, where the names are its columns."""
    if len(shape) == _TABLE and shape[1] == count != shape[0]:
        text = spot.tree.suffixed(spot.node, ".t()")
        yield Offer(f"Unpack its columns: {text}", spot.suffix(".t()"), 0.3, sure=True)


def _fewer(spot: Spot, shape: read.Shape, count: int) -> Iterator[Offer]:
    ones = [axis for axis, size in enumerate(shape) if size == 1]
    if len(shape) == count + 1 and ones:
        text = f".squeeze({ones[0]})"
        made = spot.tree.suffixed(spot.node, text)
        yield Offer(f"Leave out dimension {ones[0]}: {made}", spot.suffix(text), 0.5, sure=True)
    elif len(shape) == count - 1:
        made = spot.tree.suffixed(spot.node, ".unsqueeze(0)")
        yield Offer(f"Add the batch: {made}", spot.suffix(".unsqueeze(0)"), 0.5, sure=True)
