"""`class-target-range`: a label that is no class."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _losses as losses
from shapewright.rules import _places as places
from shapewright.rules._text import number, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Below 0, or not below the number of classes."""
    found = losses.read(failure)
    values = facts.bounds(found.operand) if found else None
    if found is None or found.classes is None or values is None or found.target.dtype not in facts.INTEGERS:
        return None
    low, high = values
    ignored = facts.argument(failure, "ignore_index")
    if high >= found.classes:
        wrong = f"goes up to {number(high)}"
    elif low < 0 and low != ignored:
        wrong = f"goes down to {number(low)}"
    else:
        return None
    message = (
        f"{who(failure)} has {found.classes} {'class' if found.classes == 1 else 'classes'} (0 to {found.classes - 1}) "
        f"from {tensor(found.input)}, but the target {wrong}: {tensor(found.target)}"
    )
    return Told(message, (*places.born(found.operand), *places.size_from(facts.operand(failure, "input"), 1)))


RULE = Rule("class-target-range", "A label is not among the classes.", check)
