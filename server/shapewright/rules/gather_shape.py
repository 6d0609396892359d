"""`gather-shape`: an index of `gather` or `scatter` that does not fit the other tensors."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Other dimensions, or larger ones, than the tensor that is gathered from or scattered into."""
    name = facts.op(failure).rstrip("_")
    if name in ("index_select", "index_add", "index_copy"):
        return _vector(failure, name)
    given, picked = facts.tensor(failure, "input", "self"), facts.tensor(failure, "index")
    if name not in ("gather", "scatter", "scatter_add", "scatter_reduce") or given is None or picked is None:
        return None
    if not given.shape or picked.shape is None:
        return None
    where = places.rank_from(facts.operand(failure, "index"))
    if len(given.shape) != len(picked.shape):
        message = (
            f"{name} wants an index with the {plural(len(given.shape), 'dimension')} of {tensor(given)}, "
            f"but it has {len(picked.shape)}: {tensor(picked)}"
        )
        return Told(message, where)
    dim = facts.argument(failure, "dim")
    source = facts.tensor(failure, "src")
    if not isinstance(dim, int) or not -len(given.shape) <= dim < len(given.shape):
        return None
    for axis, (size, wanted) in enumerate(zip(given.shape, picked.shape, strict=True)):
        if axis != dim % len(given.shape) and size is not None and wanted is not None and wanted > size:
            message = (
                f"{name} along dimension {dim}: the index {tensor(picked)} is larger than {tensor(given)} "
                f"in dimension {axis} ({wanted} against {size})"
            )
            return Told(message, places.size_from(facts.operand(failure, "index"), axis))
        if source is not None and source.shape is not None and len(source.shape) == len(given.shape):
            held = source.shape[axis]
            if held is not None and wanted is not None and wanted > held:
                return Told(
                    f"{name}: the index {tensor(picked)} is larger than the source {tensor(source)} in dimension {axis}"
                )
    return None


def _vector(failure: wire.Failure, name: str) -> Told | None:
    """These take one list of indices for the whole dimension, and as many rows as indices."""
    picked, source = facts.tensor(failure, "index"), facts.tensor(failure, "source")
    dim = facts.argument(failure, "dim")
    if picked is None or picked.shape is None or not isinstance(dim, int):
        return None
    if len(picked.shape) > 1:
        message = f"{name} wants a vector of indices but gets {tensor(picked)}"
        return Told(message, places.rank_from(facts.operand(failure, "index")))
    count = picked.shape[0] if picked.shape else 1
    if source is None or not source.shape or not -len(source.shape) <= dim < len(source.shape):
        return None
    if not facts.differ(source.shape[dim], count):
        return None
    there = f"{source.shape[dim]} along dimension {dim}"
    message = f"{name} wants a row of the source for each index, {count} in all, but {tensor(source)} has {there}"
    return Told(message, places.size_from(facts.operand(failure, "source"), dim))


RULE = Rule("gather-shape", "An index of gather, scatter or index_select does not fit the other tensors.", check)
