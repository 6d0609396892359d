"""What losses over scores say of probabilities."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Told


def told(failure: wire.Failure, code: str, function: str) -> Told | None:
    """The input of a loss that takes the function itself is what it, or its like, made."""
    given = facts.operand(failure, "input")
    if failure.kind != code or given is None or given.value.tensor is None:
        return None
    made = failure.facts.get("made", function)
    message = (
        f"{who(failure)} takes the {function} itself and wants scores, "
        f"but its input {tensor(given.value.tensor)} went through a {made} already"
    )
    return Told(message, places.made_by(given, made))
