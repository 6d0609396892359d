"""`nll-loss-input`: no logarithm was taken."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "nll-loss-input"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what a layer, or a softmax without its logarithm, made."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    made = failure.facts.get("made", "")
    message = (
        f"{who(failure)} wants logarithms of probabilities (log_softmax), "
        f"but its input {tensor(given.value.tensor)} comes straight from {made}"
    )
    return Told(message, places.made_by(given, made))


RULE = Rule(CODE, "A negative log-likelihood loss is given scores or probabilities.", check, Severity.WARNING)
