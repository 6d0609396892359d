"""`softmax-before-cross-entropy`: the softmax is taken twice."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "softmax-before-cross-entropy"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what a softmax made."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    message = (
        f"{who(failure)} takes the softmax itself and wants scores, "
        f"but its input {tensor(given.value.tensor)} went through a softmax already"
    )
    return Told(message, places.made_by(given, "softmax"))


RULE = Rule(CODE, "A cross-entropy loss is given probabilities, where it wants scores.", check, Severity.WARNING)
