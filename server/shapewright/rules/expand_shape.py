"""`expand-shape`: an expansion of a dimension that is not 1."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, sizes, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A size that changes and was not 1, or fewer sizes than dimensions."""
    name = facts.op(failure)
    operand, given = facts.operand(failure, "self", "input"), facts.tensor(failure, "self", "input")
    if name not in ("expand", "expand_as", "broadcast_to") or given is None or given.shape is None:
        return None
    other = facts.shape(failure, "other")
    wanted: facts.Shape | None = other if name == "expand_as" else facts.integers(failure)
    if not wanted:
        return None
    text = f"{name} to {sizes(wanted)}"
    if len(wanted) < len(given.shape):
        there = plural(len(given.shape), "dimension")
        message = f"{text} names {plural(len(wanted), 'size')}, but {tensor(given)} has {there}"
        return Told(message, places.rank_from(operand))
    start = len(wanted) - len(given.shape)
    for axis, (size, target) in enumerate(zip(given.shape, wanted[start:], strict=True)):
        if target != -1 and size != 1 and facts.differ(size, target):
            message = (
                f"{text}: dimension {axis} of {tensor(given)} is {size}, and only a dimension of 1 can be expanded"
            )
            return Told(message, places.size_from(operand, axis))
    return None


RULE = Rule("expand-shape", "A dimension is expanded that is not 1.", check)
