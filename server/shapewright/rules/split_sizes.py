"""`split-sizes`: parts that do not add up to the dimension."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The sizes given to `split` are not those of the dimension."""
    operand = facts.operand(failure, "tensor", "self", "input")
    given = operand.value.tensor if operand else None
    given_parts = facts.argument(failure, "split_size_or_sections", "split_size", "split_sizes")
    parts = facts.ints(given_parts) if isinstance(given_parts, (list, tuple)) else None
    dim = facts.argument(failure, "dim")
    dim = 0 if dim is None else dim
    if facts.op(failure) not in ("split", "split_with_sizes") or given is None or not given.shape or parts is None:
        return None
    if not isinstance(dim, int) or not -len(given.shape) <= dim < len(given.shape):
        return None
    size = given.shape[dim]
    if not facts.differ(sum(parts), size):
        return None
    message = (
        f"split sizes {' + '.join(map(str, parts))} = {sum(parts)} do not add up to "
        f"dimension {dim % len(given.shape)} of {tensor(given)}, which is {size}"
    )
    return Told(message, places.size_from(operand, dim))


RULE = Rule("split-sizes", "The parts of a split do not add up to the dimension.", check)
