"""`graph-kept`: a running total that keeps the graph of every step."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _said as said
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

CODE = "graph-kept"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A loss that went backward already is added up with its history."""
    if failure.kind != CODE:
        return None
    loss = facts.operand(failure, "other")
    steps = loss.history if loss is not None else ()
    made = tuple(Place(step.span, "the loss is computed here, with its graph") for step in steps[:1])
    name = said.first(failure)
    return Told(f"the total keeps the graph of every step: {name} is added with its history; add its number", made)


RULE = Rule(CODE, "A running total keeps the graph of every loss.", check, Severity.WARNING)
