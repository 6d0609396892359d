"""`assign-shape`: a value that does not fit the place it is written into."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _index as index
from shapewright.rules import _places as places
from shapewright.rules._text import sizes, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_PICKED = re.compile(r"cannot be broadcast to indexing result of shape (?P<place>\[[\d, ]*\])")
"""How many a mask picks, only the values tell."""


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`x[...] = value` and `x.copy_(value)`, where the value does not broadcast to the place."""
    name = facts.op(failure)
    given = facts.tensor(failure, "self", "input")
    operand = facts.operand(failure, "v", "src", "other", "source")
    value = operand.value.tensor if operand else None
    if given is None or given.shape is None or operand is None or value is None or value.shape is None:
        return None
    if name == "copy_" and _misfit(given.shape, value.shape) is not None:
        return Told(f"copy_ cannot write {tensor(value)} into {tensor(given)}", places.born(operand))
    picked = _PICKED.search(failure.message)
    if name == "__setitem__" and picked is not None:
        message = f"the indices pick {picked['place']} of {tensor(given)}, but the value is {tensor(value)}"
        return Told(message, places.born(operand))
    found = index.read(failure) if name == "__setitem__" else None
    part = _part(found) if found else None
    if part is None or (axis := _misfit(part, value.shape)) is None:
        return None
    message = f"the part of {tensor(given)} that is assigned is {sizes(part)}, but the value is {tensor(value)}"
    return Told(message, places.size_from(operand, axis) if -len(value.shape) <= axis < 0 else places.born(operand))


def _part(found: index.Indexing) -> facts.Shape | None:
    """The shape of what is assigned to, where only numbers and slices pick it."""
    shape: list[int | None] = []
    at = 0
    for part in found.parts:
        if part.kind == "tensor" or part.axis > len(found.shape):
            return None
        shape += found.shape[at : part.axis]
        at = max(at, part.axis)
        if part.kind == "new":
            shape.append(1)
        elif part.kind in ("int", "slice"):
            if part.kind == "slice":
                shape.append(index.size_of(part, found.shape[at]))
            at += 1
    return (*shape, *found.shape[at:])


def _misfit(place: facts.Shape, value: facts.Shape) -> int | None:
    """The last dimension, counted from the end, in which a value does not broadcast to a place."""
    for back in range(1, len(value) + 1):
        size = value[-back]
        if size not in (1, None) and (back > len(place) or facts.differ(size, place[-back])):
            return -back
    return None


RULE = Rule("assign-shape", "A value does not fit the place it is written into.", check)
