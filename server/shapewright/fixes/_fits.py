"""Whether an operation would take other shapes, and the ways to give a tensor another shape."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._demands import demands

Shape = read.Shape
_TABLE = 2
_SAME = frozenset(
    {"binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"}
)
_ELEMENTWISE = frozenset(
    {"add", "sub", "mul", "div", "where", "masked_fill", "and", "or", "eq", "maximum", "minimum", "pow"}
)


@dataclass(frozen=True)
class Transform:
    """A method behind a tensor, and the shape that it makes. `cost` grows with how unusual it is."""

    text: str
    shape: Shape
    cost: float
    axes: tuple[int, ...] = ()


def fits(failure: wire.Failure, name: str, shape: Shape) -> bool:
    """Whether the operation would take one operand in another shape."""
    changed = replace(failure, operands=tuple(_shaped(o, shape) if o.name == name else o for o in failure.operands))
    return _ranks(changed, failure) and not demands(changed)


def _shaped(operand: wire.Operand, shape: Shape) -> wire.Operand:
    fact = operand.value.tensor or wire.TensorFact(shape, None)
    return replace(operand, value=replace(operand.value, tensor=replace(fact, shape=shape)))


def _ranks(failure: wire.Failure, before: wire.Failure) -> bool:
    """Whether the operation takes tensors of these ranks; unknown operations take none."""
    op = read.op(failure)
    get = {o.name: read.shape(o) or () for o in failure.operands}
    x, target = get.get("input", ()), get.get("target", ())
    if op.startswith("conv"):
        return len(x) == len(get.get("weight", ()))
    if op in ("batch_norm", "instance_norm"):
        kind = failure.module.type if failure.module is not None else ""
        return len(x) in {"1": (2, 3), "2": (4,), "3": (5,)}.get(kind[-2:-1], (2, 3, 4, 5))
    if op in ("cross_entropy", "nll_loss"):
        return len(x) > 0 and target == x[:1] + x[2:]
    if op in _SAME:
        return x == target and x != ()
    if op in ("cat", "concat"):
        return len({len(read.shape(o) or ()) for o in read.listed(failure)}) == 1
    if op == "stack":
        return len({read.shape(o) for o in read.listed(failure)}) == 1
    if op in ("bmm", "mm"):
        return {len(read.shape(o) or ()) for o in read.inputs(failure)} <= {3 if op == "bmm" else 2}
    if op in ("gather", "scatter", "scatter_", "scatter_add", "scatter_add_"):
        return len({len(read.shape(o) or ()) for o in read.inputs(failure) if read.shape(o)}) == 1
    if op in _ELEMENTWISE:
        inputs = [read.shape(o) or () for o in read.inputs(failure)]
        if failure.op.endswith("_") and not failure.op.endswith("__"):
            return bool(inputs) and _broadcast(inputs) == inputs[0] == read.shape(before.operands[0])
        if all(len(read.shape(o) or ()) == 1 for o in before.operands):
            return True
        # The result has to be as large as one of them was: broadcasting both ways is no repair.
        shapes = {read.shape(o) for o in before.operands}
        if _is_table(inputs, shapes):
            return True
        return _broadcast([read.shape(o) or () for o in read.inputs(failure)]) in shapes
    if op == "__getitem__":
        one, index = [read.shape(o) or () for o in failure.operands[:2]] if len(failure.operands) > 1 else ((), ())
        return index != () and one[: len(index)] == index
    if op == "copy":
        return True
    return op in (
        "linear",
        "matmul",
        "embedding",
        "layer_norm",
        "group_norm",
        "LSTM",
        "GRU",
        "RNN",
        "interpolate",
        "cdist",
    )


def _is_table(inputs: list[Shape], before: set[Shape | None]) -> bool:
    """Whether a column meets a row that was made one on purpose: each with every other."""
    rows = [shape for shape in inputs if len(shape) == _TABLE and shape[0] == 1 and shape in before]
    columns = [shape for shape in inputs if len(shape) == _TABLE and shape[1] == 1 and shape[:1] in before]
    return len(inputs) == _TABLE and len(rows) == len(columns) == 1


def _broadcast(shapes: list[Shape]) -> Shape:
    rank = max((len(s) for s in shapes), default=0)
    columns = zip(*((1,) * (rank - len(s)) + s for s in shapes), strict=True)
    return tuple(max((size for size in column if size is not None), default=None) for column in columns)


def transforms(shape: Shape) -> Iterator[Transform]:
    """The usual ways to give a tensor another shape, the simplest first."""
    rank = len(shape)
    for axis in range(rank + 1):
        text = f".unsqueeze({-1 if axis == rank and axis > 1 else axis})"
        yield Transform(text, (*shape[:axis], 1, *shape[axis:]), 0.1 + 0.05 * (axis not in (0, 1)), (axis,))
    for axis, size in enumerate(shape):
        if size == 1:
            text = f".squeeze({-1 if axis == rank - 1 and axis > 1 else axis})"
            yield Transform(text, (*shape[:axis], *shape[axis + 1 :]), 0.1, (axis,))
    if rank > 2:
        yield Transform(".flatten(1)", (shape[0], read.product(shape[1:])), 0.3, tuple(range(1, rank)))
        yield Transform(".flatten(0, 1)", (read.product(shape[:2]), *shape[2:]), 0.5, (0, 1))
    if rank > 1:
        yield Transform(".flatten()", (read.product(shape),), 0.6, tuple(range(rank)))
    for order in _orders(rank):
        moved = [i for i, place in enumerate(order) if i != place]
        text = f".permute({', '.join(map(str, order))})"
        if len(moved) == 2:
            text = f".transpose({moved[0]}, {moved[1]})"
        yield Transform(text, tuple(shape[i] for i in order), 0.3 + 0.2 * (0 in moved), tuple(moved))
    for count in range(2, 5 - rank):
        for axes in itertools.combinations(range(rank + count), count):
            index = ", ".join("None" if i in axes else ":" for i in range(rank + count))
            left = iter(shape)
            yield Transform(f"[{index}]", tuple(1 if i in axes else next(left) for i in range(rank + count)), 0.4, axes)
    if rank > 1:
        yield Transform(".sum(0)", shape[1:], 0.8, (0,))
    if rank > 2:
        yield Transform("[:, -1]", (shape[0], *shape[2:]), 0.9, (1,))
        yield Transform(".mean(1)", (shape[0], *shape[2:]), 1.1, (1,))
    if rank > 1:
        yield Transform("[-1]", shape[1:], 1.2, (0,))


def _orders(rank: int) -> list[tuple[int, ...]]:
    """Orders of the dimensions: channels from last to first and back, then two exchanged."""
    natural = tuple(range(rank))
    found: list[tuple[int, ...]] = []
    if rank > 2:
        start = 1 if rank > 3 else 0
        rest = tuple(range(start, rank))
        found += [(*natural[:start], rest[-1], *rest[:-1]), (*natural[:start], *rest[1:], rest[0])]
    for one, other in itertools.combinations(reversed(range(rank)), 2):
        order = list(natural)
        order[one], order[other] = order[other], order[one]
        found.append(tuple(order))
    return list(dict.fromkeys(found))
