"""Calls that make a tensor or an array out of nothing, and which of their arguments is which size."""

from __future__ import annotations

import ast

from shapewright.fixes._context import Context, Spot, last_name
from shapewright.fixes._origins import origins

SIZES = frozenset({"randn", "rand", "zeros", "ones", "empty", "new_zeros", "new_ones", "new_empty", "standard_normal"})
"""They take their sizes one by one or in a tuple, before anything else."""
WRAPPERS = frozenset({"Parameter", "from_numpy", "as_tensor", "tensor", "array", "asarray", "Tensor", "Variable"})
_KEPT = frozenset(
    {"float", "double", "half", "long", "int", "to", "astype", "requires_grad_", "clone", "detach", "cuda"}
)
_KEPT_SIZES = frozenset({"contiguous", "cpu", "abs", "relu", "sigmoid", "tanh", "round", "clamp", "numpy"})


def size_arguments(context: Context, spot: Spot) -> list[Spot] | None:
    """The expressions of the sizes of what a call makes, one for each dimension; None where that cannot be told."""
    for call in _creations(context, spot, 4):
        found = _sizes(context, call)
        if found is not None:
            return found
    return None


def creation(context: Context, spot: Spot) -> Spot | None:
    """The call that makes what an expression stands for, wrappers and conversions taken away."""
    return next(iter(_creations(context, spot, 4)), None)


def _creations(context: Context, spot: Spot, depth: int) -> list[Spot]:
    node = spot.node
    if depth <= 0:
        return []
    if isinstance(node, (ast.Name, ast.Attribute)):
        return [c for origin in origins(context, spot)[:2] for c in _creations(context, origin, depth - 1)]
    if isinstance(node, ast.BinOp):
        sides = [side for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
        return _creations(context, spot.at(sides[0]), depth - 1) if len(sides) == 1 else []
    if not isinstance(node, ast.Call):
        return []
    name = last_name(node.func)
    if isinstance(node.func, ast.Attribute) and name in _KEPT | _KEPT_SIZES:
        return _creations(context, spot.at(node.func.value), depth - 1)
    if name in WRAPPERS or name.endswith("_"):
        return _creations(context, spot.at(node.args[0]), depth - 1) if node.args else []
    return [spot]


def _sizes(context: Context, call: Spot) -> list[Spot] | None:
    node = call.node
    assert isinstance(node, ast.Call)
    name = last_name(node.func)
    keywords = {k.arg: k.value for k in node.keywords}
    given = keywords.get("size", keywords.get("shape"))
    if name in SIZES and given is None:
        if len(node.args) == 1:
            return _listed(context, call.at(node.args[0]))
        return None if any(isinstance(a, ast.Starred) for a in node.args) else [call.at(a) for a in node.args]
    if name in (
        "randint",
        "normal",
        "integers",
        "uniform",
        "random",
        "randint_like",
        "full",
        "choice",
        "random_sample",
    ):
        if given is None:
            places = {"full": 0, "random": 0, "random_sample": 0, "choice": 1}
            place = places.get(name, len(node.args) - 1 if name == "randint" else 2)
            given = node.args[place] if 0 <= place < len(node.args) else None
        return _listed(context, call.at(given)) if given is not None else None
    if (name == "arange" and len(node.args) == 1) or name in ("eye", "randperm", "hann_window"):
        return [call.at(node.args[0])] if node.args else None
    if name in ("linspace", "logspace") and len(node.args) > 2:
        return [call.at(node.args[2])]
    return None


def _listed(context: Context, spot: Spot) -> list[Spot] | None:
    node = spot.node
    if isinstance(node, (ast.Tuple, ast.List)):
        return None if any(isinstance(e, ast.Starred) for e in node.elts) else [spot.at(e) for e in node.elts]
    if isinstance(node, ast.Name):
        for origin in origins(context, spot):
            if isinstance(origin.node, (ast.Tuple, ast.List)):
                return [origin.at(e) for e in origin.node.elts]
    return [spot]
