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


RULE = Rule("gather-shape", "An index of gather or scatter does not fit the other tensors.", check)
