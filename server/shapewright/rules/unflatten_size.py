"""`unflatten-size`: sizes that do not multiply to the dimension they replace."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import sizes, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The product of the sizes is not the size of the dimension."""
    operand, given = facts.operand(failure, "self", "input"), facts.tensor(failure, "self", "input")
    dim = facts.argument(failure, "dim")
    parts = facts.ints(facts.argument(failure, "sizes", "unflattened_size"))
    if facts.op(failure) != "unflatten" or given is None or not given.shape or not isinstance(dim, int):
        return None
    if parts is None or not -len(given.shape) <= dim < len(given.shape):
        return None
    size, total = given.shape[dim], facts.product(part for part in parts if part != -1)
    if size is None or not total or (size % total == 0 if -1 in parts else size == total):
        return None
    message = (
        f"unflatten into {sizes(parts)} wants {'a multiple of ' if -1 in parts else ''}{total}, "
        f"but dimension {dim % len(given.shape)} of {tensor(given)} is {size}"
    )
    return Told(message, places.size_from(operand, dim))


RULE = Rule("unflatten-size", "The sizes of an unflatten do not multiply to the dimension.", check)
