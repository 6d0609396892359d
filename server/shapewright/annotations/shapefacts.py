"""What code shows of a shape piece by piece (its rank, a name at an index), put together to one shape."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from shapewright import wire
from shapewright.annotations.dims import Shape
from shapewright.wire import Dim

ANY = Dim("any")
ELLIPSIS = Dim("ellipsis")
_MOST = 12


@dataclass
class Facts:
    """Gathered while one scope is read. `ranks` are those it may have; `at`: a dimension by index, maybe negative."""

    span: wire.Span | None = None
    ranks: tuple[int, ...] = ()
    least: int = 0
    at: dict[int, Dim] = field(default_factory=dict[int, Dim])
    dtype: str | None = None

    def name(self, index: int, dim: Dim) -> None:
        """Keeps the first dimension that is said for an index."""
        if dim.kind != "any":
            self.at.setdefault(index, dim)

    def shapes(self) -> tuple[Shape, ...]:
        """One shape for each possible rank; with an ellipsis where no rank is known."""
        if self.ranks:
            return tuple(self._of_rank(rank) for rank in self.ranks if 0 <= rank <= _MOST)
        front = max((i for i in self.at if i >= 0), default=-1) + 1
        back = -min((i for i in self.at if i < 0), default=0)
        if not front and not back:
            return ()
        if front > _MOST or back > _MOST:
            return ()
        head = tuple(self.at.get(i, ANY) for i in range(front))
        tail = tuple(self.at.get(i, ANY) for i in range(-back, 0))
        return ((*head, ELLIPSIS, *tail),)

    def _of_rank(self, rank: int) -> Shape:
        return tuple(self.at.get(i, self.at.get(i - rank, ANY)) for i in range(rank))


def shape_of(node: ast.expr) -> ast.expr | None:
    """The tensor in `x.shape`, `x.size()`, `tuple(x.shape)`."""
    match node:
        case ast.Attribute(value=tensor, attr="shape"):
            return tensor
        case ast.Call(func=ast.Attribute(value=tensor, attr="size"), args=[], keywords=[]):
            return tensor
        case ast.Call(func=ast.Name(id="tuple" | "list"), args=[inner]):
            return shape_of(inner)
        case _:
            return None


def size_of(node: ast.expr) -> tuple[str, int] | None:
    """Name and index in `x.shape[0]`, `x.size(0)`, `x.size(dim=0)`, `len(x)`."""
    match node:
        case ast.Subscript(value=value, slice=index):
            tensor = shape_of(value)
        case ast.Call(func=ast.Attribute(value=tensor, attr="size"), args=[index], keywords=[]):
            pass
        case ast.Call(func=ast.Attribute(value=tensor, attr="size"), args=[], keywords=[ast.keyword(value=index)]):
            pass
        case _:
            return None
    number = literal_int(index)
    return (tensor.id, number) if isinstance(tensor, ast.Name) and number is not None and abs(number) <= _MOST else None


def rank_of(node: ast.expr) -> str | None:
    """The name in `x.dim()`, `x.ndim`, `len(x.shape)`, `x.ndimension()`."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr="ndim"):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="dim" | "ndimension"), args=[]):
            return name
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            tensor = shape_of(inner)
            return tensor.id if isinstance(tensor, ast.Name) else None
        case _:
            return None


def part_of_shape(node: ast.expr) -> tuple[str, int | None, int | None] | None:
    """Name, start and stop in `x.shape`, `x.shape[1:]`, `x.size()[-2:]`."""
    match node:
        case ast.Call(func=ast.Name(id="tuple" | "list"), args=[inner]):
            return part_of_shape(inner)
        case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
            tensor = shape_of(value)
            start, stop = literal_int(lower), literal_int(upper)
            if (lower is not None and start is None) or (upper is not None and stop is None):
                return None
        case _:
            tensor, start, stop = shape_of(node), None, None
    if not isinstance(tensor, ast.Name) or any(n is not None and abs(n) > _MOST for n in (start, stop)):
        return None
    return tensor.id, start, stop


def literal_int(node: ast.expr | None) -> int | None:
    """An int, with or without a minus."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)) if not isinstance(value, bool):
            return -value
        case _:
            return None


def spread(facts: Facts, start: int | None, stop: int | None, dims: Iterable[Dim]) -> None:
    """Takes in that the dimensions from `start` to `stop` are these. With neither they are all."""
    given = tuple(dims)
    count = len(given)
    if stop is None and (start is None or start >= 0):
        # Up to the end from a fixed start: the rank follows.
        first = start or 0
        facts.ranks = facts.ranks or (first + count,)
        for i, dim in enumerate(given):
            facts.name(first + i, dim)
    elif stop is None and start is not None:
        for i, dim in enumerate(given[: -start or None]):
            facts.name(start + i, dim)
        facts.least = max(facts.least, -start)
    elif stop is not None and stop >= 0:
        for i, dim in enumerate(given):
            facts.name((start or 0) + i, dim)
        facts.least = max(facts.least, stop)
    elif stop is not None and (start is None or start >= 0):
        # `x.shape[:-1]`: the rank follows too.
        facts.ranks = facts.ranks or ((start or 0) + count - stop,)
        for i, dim in enumerate(given):
            facts.name((start or 0) + i, dim)


def declared(found: dict[str, Facts], source: str) -> tuple[wire.Declared, ...]:
    """What was gathered, by argument."""
    answers: list[wire.Declared] = []
    for name, facts in found.items():
        shapes = facts.shapes()
        if shapes or facts.dtype:
            answers.append(wire.Declared(name, "tensor", shapes, facts.dtype, source=source, span=facts.span))
    return tuple(answers)
