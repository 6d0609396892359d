"""`bool-minus`: a minus before or between bool tensors."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`1 - mask`, `-mask` and `mask - mask`."""
    if not said.says(failure, "with a bool tensor", "with two bool tensors", "on a bool tensor"):
        return None
    given = [(o, t) for o, t in facts.tensors(failure) if t.dtype == "bool"]
    if not given:
        return None
    operand, fact = given[0]
    if len(given) > 1:
        message = f"- takes no bool tensors, but gets {tensor(fact)} and {tensor(given[1][1])}; where they differ is ^"
    else:
        message = f"- takes no bool tensor, but gets {tensor(fact)}; its opposite is ~"
    return Told(message, places.dtype_from(operand))


RULE = Rule("bool-minus", "A minus is taken of a bool tensor.", check)
