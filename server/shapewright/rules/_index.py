"""What the rules about `x[...]` share: which index stands for which dimension."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from shapewright import show, wire
from shapewright.rules import _facts as facts


@dataclass(frozen=True)
class Part:
    """One index. `kind`: `int` (value), `slice` (slice), `tensor`, `new` (None), `rest` (...).
    `axis`: the dimension it stands for, where that can be told."""

    kind: str
    value: int | None = None
    slice: slice | None = None
    operand: wire.Operand | None = None
    axis: int = -1


@dataclass(frozen=True)
class Indexing:
    """`x[...]` or `x[...] = value` that failed. `taken`: how many dimensions the indices stand for."""

    given: wire.TensorFact
    shape: facts.Shape
    parts: tuple[Part, ...]
    taken: int


def read(failure: wire.Failure) -> Indexing | None:
    """The indexing, or None where the failure is of none or the indices are not known."""
    name = show.short_name(failure.op)
    given = facts.tensor(failure, "self", "input")
    if name not in ("__getitem__", "__setitem__") or given is None or given.shape is None:
        return None
    parts = _parts(failure, "k" if name == "__setitem__" else "idx")
    if parts is None:
        return None
    taken = sum(_width(part) for part in parts)
    placed: list[Part] = []
    axis = 0
    for part in parts:
        placed.append(replace(part, axis=axis))
        axis += len(given.shape) - taken if part.kind == "rest" else _width(part)
    return Indexing(given, given.shape, tuple(placed), taken)


def _parts(failure: wire.Failure, name: str) -> list[Part] | None:
    single = facts.operand(failure, name)
    if single is not None:
        return [Part("tensor", operand=single)]
    several = [o for o in failure.operands if o.name.startswith(f"{name}[")]
    if several:
        # What stands between the tensors is not told, so their places are only sure where they stand without a gap.
        names = [f"{name}[{number}]" for number in range(len(several))]
        return [Part("tensor", operand=o) for o in several] if [o.name for o in several] == names else None
    try:
        tree = ast.parse(failure.arguments.get(name, ""), mode="eval").body
    except SyntaxError:
        return None
    nodes = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    parts = [_part(node) for node in nodes]
    return None if None in parts else [part for part in parts if part is not None]


def _part(node: ast.expr) -> Part | None:
    if isinstance(node, ast.Name) and node.id == "Ellipsis":
        return Part("rest")
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "slice":
        try:
            return Part("slice", slice=slice(*(ast.literal_eval(argument) for argument in node.args)))
        except ValueError:
            return None
    value = facts.literal(ast.unparse(node))
    if isinstance(value, int) and not isinstance(value, bool):
        return Part("int", value)
    return Part("new") if isinstance(node, ast.Constant) and node.value is None else None


def _width(part: Part) -> int:
    if part.kind in ("new", "rest"):
        return 0
    fact = part.operand.value.tensor if part.operand else None
    if fact is not None and fact.dtype == "bool" and fact.shape is not None:
        return len(fact.shape)
    return 1


def size_of(part: Part, size: int | None) -> int | None:
    """How many elements a slice leaves of a dimension."""
    return None if size is None or part.slice is None else len(range(*part.slice.indices(size)))
