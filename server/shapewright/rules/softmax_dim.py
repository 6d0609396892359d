"""`softmax-dim`: a softmax over the batch."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "softmax-dim"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Dimension 0, asked for or not."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    shown = tensor(given.value.tensor)
    if "implicit" in failure.facts:
        return Told(f"{who(failure)} without dim takes dimension 0 of {shown}, mostly the batch")
    message = f"{who(failure)} takes dimension 0 of {shown}, the batch, but the classes are looked for in dimension 1"
    return Told(message, places.born(given))


RULE = Rule(CODE, "A softmax is taken over the batch.", check, Severity.WARNING)
