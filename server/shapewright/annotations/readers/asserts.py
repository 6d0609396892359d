"""Asserts and raises on a shape: `assert x.dim() == 4`, `if x.shape[1] != self.channels: raise …`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from shapewright import wire
from shapewright.annotations import dims, dtypes, shapefacts
from shapewright.annotations.scope import Reading, Scope
from shapewright.annotations.shapefacts import Facts
from shapewright.wire import Dim

SOURCE = "assert"

_DEPTH = 12
_MOST_NODES = 40


@dataclass(frozen=True)
class Constraint:
    """What must hold of `name`: one of `ranks`; or the dimensions from `start` to `stop` are `text`; or a dtype.

    Printed as `rank=4`, `rank in {2,3}`, `dim[1]=3`, `dim[-2:]=self.size`, `dtype=int64`.
    """

    name: str
    ranks: tuple[int, ...] = ()
    index: int | None = None
    start: int | None = None
    stop: int | None = None
    text: str = ""
    value: tuple[Dim, ...] | None = None
    dtype: str | None = None

    def __str__(self) -> str:
        if self.ranks:
            ranks = sorted(self.ranks)
            return f"rank={ranks[0]}" if len(ranks) == 1 else f"rank in {{{','.join(map(str, ranks))}}}"
        if self.dtype:
            return f"dtype={self.dtype}"
        if self.index is not None:
            return f"dim[{self.index}]={self.text}"
        start, stop = ("" if n is None else n for n in (self.start, self.stop))
        return f"dim[{start}:{stop}]={self.text}"


def read(scope: Scope) -> Reading:
    """The checks that always run, before the argument is assigned anew."""
    if "assert" not in scope.text and "raise" not in scope.text and "check" not in scope.text:
        return Reading()
    found: dict[str, Facts] = {}
    for statement in scope.statements:
        if statement.conditional:
            continue
        for constraint in constraints(statement.node):
            if scope.is_given(constraint.name, statement.node.lineno):
                facts = found.setdefault(constraint.name, Facts(_span(scope, statement.node)))
                _take(facts, constraint)
    return Reading(shapefacts.declared(found, SOURCE))


def constraints(node: ast.stmt) -> list[Constraint]:
    """What a statement demands. Of `if …: raise` it is the opposite of the condition."""
    match node:
        case ast.Assert(test=test):
            return list(_holds(test, True, 0))
        case ast.If(test=test, body=[ast.Raise()], orelse=[]):
            return list(_holds(test, False, 0))
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="_check" | "_assert"), args=[test, *_])):
            return list(_holds(test, True, 0))
        case _:
            return []


def _holds(test: ast.expr, wanted: bool, depth: int) -> Iterator[Constraint]:
    if depth > _DEPTH:
        return
    match test:
        case ast.BoolOp(op=ast.And(), values=values) if wanted:
            for value in values:
                yield from _holds(value, wanted, depth + 1)
        case ast.BoolOp(op=ast.Or(), values=values) if not wanted:
            for value in values:
                yield from _holds(value, wanted, depth + 1)
        case ast.BoolOp(op=ast.Or(), values=values) if wanted:
            yield from _either(values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _holds(operand, not wanted, depth + 1)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if wanted:
            yield from _equal(left, right)
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]) if not wanted:
            yield from _equal(left, right)
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]) if wanted:
            yield from _among(left, right)
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]) if not wanted:
            yield from _among(left, right)
        case _:
            pass


def _either(values: list[ast.expr]) -> Iterator[Constraint]:
    """`x.dim() == 2 or x.dim() == 3`."""
    found = [constraint for value in values for constraint in _holds(value, True, _DEPTH)]
    names = {constraint.name for constraint in found}
    if len(found) == len(values) and len(names) == 1 and all(constraint.ranks for constraint in found):
        yield Constraint(found[0].name, tuple(dict.fromkeys(rank for c in found for rank in c.ranks)))


def _equal(left: ast.expr, right: ast.expr) -> Iterator[Constraint]:
    for a, b in ((left, right), (right, left)):
        if name := shapefacts.rank_of(a):
            rank = shapefacts.literal_int(b)
            if rank is not None:
                yield Constraint(name, (rank,))
            return
        if size := shapefacts.size_of(a):
            yield from _size(size, b)
            return
        if part := shapefacts.part_of_shape(a):
            name, start, stop = part
            yield Constraint(name, start=start, stop=stop, text=_text(b), value=_dims(b))
            return
        match a:
            case ast.Attribute(value=ast.Name(id=name), attr="dtype"):
                if isinstance(b, ast.Attribute) and (dtype := dtypes.short_dtype(b.attr)):
                    yield Constraint(name, dtype=dtype)
                return
            case _:
                pass


def _size(size: tuple[str, int], other: ast.expr) -> Iterator[Constraint]:
    if shapefacts.size_of(other) is None:
        dim = _dim(other)
        yield Constraint(size[0], index=size[1], text=_text(other), value=(dim,) if dim else None)


def _among(left: ast.expr, right: ast.expr) -> Iterator[Constraint]:
    name = shapefacts.rank_of(left)
    if name and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        ranks = [shapefacts.literal_int(element) for element in right.elts]
        known = tuple(rank for rank in ranks if rank is not None)
        if known and len(known) == len(ranks):
            yield Constraint(name, known)


def _dims(node: ast.expr) -> tuple[Dim, ...] | None:
    match node:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            found = [_dim(element) or Dim("any") for element in elts]
            return None if any(isinstance(element, ast.Starred) for element in elts) else tuple(found)
        case ast.Call(func=ast.Attribute(attr="Size") | ast.Name(id="tuple" | "list"), args=[inner]):
            return _dims(inner)
        case _:
            return None


def _dim(node: ast.expr) -> Dim | None:
    text = _text(node)
    dim = dims.one(text) if text else None
    return dim if dim is not None and dim.kind in ("int", "sym", "expr") else None


def _text(node: ast.expr) -> str:
    """Source of a short expression; nothing where it is long."""
    if any(count > _MOST_NODES for count, _ in enumerate(ast.walk(node))):
        return ""
    return ast.unparse(node)


def _take(facts: Facts, constraint: Constraint) -> None:
    if constraint.ranks:
        facts.ranks = facts.ranks or constraint.ranks
    elif constraint.dtype:
        facts.dtype = facts.dtype or constraint.dtype
    elif constraint.index is not None:
        if constraint.value:
            facts.name(constraint.index, constraint.value[0])
    elif constraint.value is not None:
        shapefacts.spread(facts, constraint.start, constraint.stop, constraint.value)


def _span(scope: Scope, node: ast.stmt) -> wire.Span:
    test = node.test if isinstance(node, (ast.Assert, ast.If)) else node
    return scope.file.span_of(test)
