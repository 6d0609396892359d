"""One answer from all sources: the strongest gives the shape, weaker ones fill in what it left open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shapewright import wire
from shapewright.annotations import dtypes
from shapewright.annotations.declare import is_shape
from shapewright.annotations.dims import Shape
from shapewright.annotations.scope import Reading, Scope, is_scalar
from shapewright.wire import Dim

OBSERVED = frozenset({"unpacking", "assert", "einops"})
"""What the code does with an argument: it fills in ranks and names, and gives a shape only where nobody wrote one."""


def inputs(scope: Scope, readings: Sequence[Reading]) -> tuple[wire.Declared, ...]:
    """What is known of each argument, in their order. `readings` go from the strongest source to the weakest."""
    by_name: dict[str, list[wire.Declared]] = {}
    for reading in readings:
        for found in reading.inputs:
            by_name.setdefault(found.name, []).append(found)
    answers: list[wire.Declared] = []
    for argument in scope.arguments:
        found = by_name.get(argument.arg, [])
        if is_scalar(argument.annotation):
            # A docstring that gives `size (int, int)` dimensions speaks of something else.
            found = [f for f in found if f.source == "directive" or f.kind == "value"]
        if found and (answer := _one(argument.arg, found)):
            optional = answer.optional or argument.arg in scope.optional
            answers.append(replace(answer, optional=optional))
    return tuple(answers)


def returns(readings: Iterable[Reading]) -> tuple[wire.Declared, ...]:
    """The results as the strongest source that speaks of them has them."""
    return next((r.returns for r in readings if any(map(is_shape, r.returns))), ())


def _one(name: str, found: list[wire.Declared]) -> wire.Declared | None:
    written = [f for f in found if f.source not in OBSERVED and is_shape(f)]
    observed = [f for f in found if f.source in OBSERVED and f.alternatives]
    last_resort = [f for f in written if f.source == "name"]
    strong = [f for f in written if f.source != "name"]
    dtype = next((f.dtype for f in found if f.dtype), None) or dtypes.of_name(name)
    optional = any(f.optional for f in found)
    if strong:
        winner = _in_list(strong[0], found)
        if winner.kind != "tensor":
            return replace(winner, optional=optional)
        shapes = winner.alternatives
    elif observed:
        winner, shapes = observed[0], observed[0].alternatives
    elif last_resort:
        winner, shapes = last_resort[0], last_resort[0].alternatives
    elif dtype:
        first = next((f for f in found if f.dtype), found[0])
        return replace(first, name=name, dtype=dtype, optional=optional)
    else:
        return None
    for other in observed:
        if other is not winner and len(other.alternatives) == 1:
            shapes = refined(shapes, other.alternatives[0])
    return replace(winner, name=name, alternatives=shapes, dtype=winner.dtype or dtype, optional=optional)


def _in_list(winner: wire.Declared, found: list[wire.Declared]) -> wire.Declared:
    """An argument annotated as a list of tensors, whose docstring gives the shape of one."""
    typed = next((f for f in found if f.kind in ("list", "tuple") and f.items), None)
    if typed is None or typed is winner:
        return winner
    if winner.kind == "list" and len(winner.items) == 1 and typed.kind == "tuple":
        # "a tuple of tensors, each of shape …": the type says how many.
        return replace(winner, kind="tuple", items=winner.items * len(typed.items))
    if winner.kind != "tensor" or not winner.alternatives:
        return winner
    if typed.kind == "tuple" and len({replace(i, name="") for i in typed.items}) > 1:
        return winner
    items = tuple(replace(winner, name="") for _ in typed.items)
    return wire.Declared(
        winner.name,
        typed.kind,
        dtype=None,
        optional=winner.optional,
        items=items,
        source=winner.source,
        span=winner.span,
    )


def refined(shapes: tuple[Shape, ...], seen: Shape) -> tuple[Shape, ...]:
    """Alternatives with what the code shows filled in; those that agree with its rank come first."""
    filled = [(fill(shape, seen), agrees(shape, seen)) for shape in shapes]
    ordered = [shape for shape, agreed in filled if agreed] + [shape for shape, agreed in filled if not agreed]
    return tuple(dict.fromkeys(ordered))


def agrees(shape: Shape, seen: Shape) -> bool:
    """Whether two shapes can be of the same rank."""
    least, open_ended = _rank(shape)
    seen_least, seen_open = _rank(seen)
    if open_ended and seen_open:
        return True
    if open_ended:
        return seen_least >= least
    return least >= seen_least if seen_open else least == seen_least


def fill(shape: Shape, seen: Shape) -> Shape:
    """`shape` with its unnamed dimensions, and its one ellipsis, taken from what the code shows."""
    if any(dim.optional for dim in shape) or not agrees(shape, seen):
        return shape
    at = _open(shape)
    if len(at) > 1:
        return shape
    seen_at = _open(seen)
    if not seen_at and at and shape[at[0]].kind == "ellipsis":
        middle = len(seen) - (len(shape) - 1)
        shape = (*shape[: at[0]], *seen[at[0] : at[0] + middle], *shape[at[0] + 1 :])
        at = []
    if len(seen_at) > 1:
        return shape
    front = min(at[0] if at else len(shape), seen_at[0] if seen_at else len(seen))
    back = min(len(shape) - at[0] - 1 if at else len(shape), len(seen) - seen_at[0] - 1 if seen_at else len(seen))
    answer = list(shape)
    for i in range(front):
        answer[i] = _filled(answer[i], seen[i])
    for i in range(1, back + 1):
        answer[-i] = _filled(answer[-i], seen[-i])
    return tuple(answer)


def _filled(dim: Dim, seen: Dim) -> Dim:
    return seen if dim.kind == "any" and seen.kind in ("sym", "int", "expr") else dim


def _open(shape: Shape) -> list[int]:
    return [i for i, dim in enumerate(shape) if dim.kind in ("ellipsis", "variadic")]


def _rank(shape: Shape) -> tuple[int, bool]:
    fixed = sum(dim.kind not in ("ellipsis", "variadic") and not dim.optional for dim in shape)
    return fixed, any(dim.kind in ("ellipsis", "variadic") or dim.optional for dim in shape)
