"""`activation-twice`: a sigmoid of a sigmoid, a softmax of a softmax."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "activation-twice"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what the same function made."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    made = failure.facts.get("made", "sigmoid")
    message = f"the {made} is taken of {tensor(given.value.tensor)}, which went through a {made} already"
    return Told(message, places.made_by(given, made))


RULE = Rule(CODE, "A sigmoid or softmax is taken of what is one already.", check, Severity.WARNING)
