"""`sigmoid-before-logits-loss`: the sigmoid is taken twice."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "sigmoid-before-logits-loss"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what a sigmoid made."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    message = (
        f"{who(failure)} takes the sigmoid itself and wants scores, "
        f"but its input {tensor(given.value.tensor)} went through a sigmoid already"
    )
    return Told(message, places.made_by(given, "sigmoid"))


RULE = Rule(CODE, "A loss over logits is given probabilities.", check, Severity.WARNING)
