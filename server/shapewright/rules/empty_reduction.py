"""`empty-reduction`: the greatest or least of nothing."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_ASKED = ("max", "min", "argmax", "argmin", "amax", "amin", "median", "mode", "kthvalue")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A tensor without elements has no greatest."""
    name = facts.op(failure)
    operand, given = facts.operand(failure, "input", "self"), facts.tensor(failure, "input", "self")
    if name not in _ASKED or given is None or given.shape is None or 0 not in given.shape:
        return None
    return Told(f"{name} of {tensor(given)}, which holds nothing", places.born(operand))


RULE = Rule("empty-reduction", "The greatest or least is taken of a tensor without elements.", check)
