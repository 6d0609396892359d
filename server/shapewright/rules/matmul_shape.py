"""`matmul-shape`: matrices whose inner dimensions differ."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import sizes, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_PRODUCTS = {"matmul", "mm", "mv", "dot", "vdot", "spmm", "smm", "hspmm", "inner", "rmatmul"}
_CONTRACTIONS = {"tensordot", "solve", "lstsq", "solve_triangular", "multi_dot", "chain_matmul"}
_SUMS = {"addmm": ("mat1", "mat2"), "addmv": ("mat", "vec"), "sspaddmm": ("mat1", "mat2")}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Inner dimensions, or batch dimensions, do not fit; or an operand has the wrong number of dimensions."""
    name = facts.op(failure)
    found = facts.tensors(failure)
    if name in _SUMS:
        found = tuple((o, t) for o, t in found if o.name in _SUMS[name])
    elif name not in _PRODUCTS | _CONTRACTIONS:
        return None
    if len(found) < 2:
        return None
    if name in _CONTRACTIONS:
        return _contraction(failure, name, found)
    (first, one), (second, other) = found[:2]
    if one.shape is None or other.shape is None:
        return None
    text = f"{tensor(one)} @ {tensor(other)}"
    if not one.shape or not other.shape:
        return Told(f"{name} wants at least one dimension on both sides: {text}")
    wanted = {
        "mm": (2, 2),
        "spmm": (2, 2),
        "mv": (2, 1),
        "dot": (1, 1),
        "vdot": (1, 1),
        "addmm": (2, 2),
        "addmv": (2, 1),
    }
    ranks = len(one.shape), len(other.shape)
    if name in wanted and ranks != wanted[name]:
        return Told(
            f"{name} wants {wanted[name][0]} and {wanted[name][1]} dimensions, not {ranks[0]} and {ranks[1]}: {text}"
        )
    axis = -1 if len(other.shape) == 1 or name == "inner" else -2
    if facts.differ(one.shape[-1], other.shape[axis]):
        message = f"the inner dimensions {one.shape[-1]} and {other.shape[axis]} of {text} differ"
        return Told(message, (*places.size_from(first, -1), *places.size_from(second, axis)))
    if facts.broken_axes(one.shape[:-2], other.shape[:-2]):
        batches = f"{sizes(one.shape[:-2])} and {sizes(other.shape[:-2])}"
        return Told(f"the batch dimensions {batches} of {text} do not broadcast")
    return None


def _contraction(
    failure: wire.Failure, name: str, found: tuple[tuple[wire.Operand, wire.TensorFact], ...]
) -> Told | None:
    if failure.facts.get("cause") != "shape" or "square" in failure.message:
        return None
    given = f"{tensor(found[0][1])} and {tensor(found[1][1])}"
    return Told(f"{name} wants dimensions that agree where they meet, but gets {given}")


RULE = Rule("matmul-shape", "Matrices are multiplied whose inner dimensions differ.", check)
