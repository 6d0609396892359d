"""`cat-shape`: tensors that cannot be joined along a dimension."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import listing, ordinal, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_JOINS = {"cat": None, "concat": None, "concatenate": None, "hstack": 1, "vstack": 0, "row_stack": 0, "column_stack": 1}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Another size than the first one's, in a dimension other than the joined one."""
    name = facts.op(failure)
    found = facts.listed(failure, "tensors") or facts.listed(failure, "input")
    if name not in _JOINS or not found or failure.facts.get("cause") == "device":
        return None
    shapes = [fact.shape for _, fact in found]
    if any(shape is None for shape in shapes):
        return None
    known = [shape for shape in shapes if shape is not None]
    for index, shape in enumerate(known):
        if not shape and _JOINS[name] is None:
            message = (
                f"{name} wants tensors with a dimension to join, but the {ordinal(index)} is a scalar: {_all(found)}"
            )
            return Told(message, places.rank_from(found[index][0]))
    dim = _dim(failure, name, known[0])
    if dim is None:
        return None
    for index, shape in enumerate(known[1:], 1):
        told = _differs(found, index, known[0], shape, dim)
        if told is not None:
            return told
    return None


def _dim(failure: wire.Failure, name: str, first: facts.Shape) -> int | None:
    fixed = _JOINS[name]
    dim = fixed if fixed is not None else facts.argument(failure, "dim", "axis")
    dim = 0 if dim is None or (name == "hstack" and len(first) < 2) else dim
    if not isinstance(dim, int) or not -len(first) <= dim < len(first):
        return None
    return dim % len(first)


def _differs(
    found: tuple[tuple[wire.Operand, wire.TensorFact], ...],
    index: int,
    first: facts.Shape,
    shape: facts.Shape,
    dim: int,
) -> Told | None:
    here, there = found[index][0], found[0][0]
    if len(shape) != len(first) and shape != (0,):
        message = (
            f"cat wants equal numbers of dimensions, but the first tensor has {len(first)} "
            f"and the {ordinal(index)} {len(shape)}: {_all(found)}"
        )
        return Told(message, (*places.rank_from(there), *places.rank_from(here)))
    for axis, (a, b) in enumerate(zip(first, shape, strict=False)):
        if axis != dim and facts.differ(a, b):
            message = (
                f"cat along dimension {dim} wants the other sizes equal, but dimension {axis} is {a} in the first "
                f"and {b} in the {ordinal(index)}: {_all(found)}"
            )
            return Told(message, (*places.size_from(there, axis), *places.size_from(here, axis)))
    return None


def _all(found: tuple[tuple[wire.Operand, wire.TensorFact], ...]) -> str:
    return listing([tensor(fact) for _, fact in found[:4]])


RULE = Rule("cat-shape", "Tensors are joined whose other dimensions differ.", check)
