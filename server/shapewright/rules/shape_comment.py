"""`shape-comment`: a comment behind a statement gives a shape that its result does not have."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules._text import tensor
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

CODE = "shape-comment"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The comment was compared with what the statement bound."""
    given, operand = facts.tensor(failure, "value"), facts.operand(failure, "value")
    target, said = failure.facts.get("target"), failure.facts.get("said")
    if failure.kind != CODE or given is None or not target or not said:
        return None
    subject = "what is returned" if target == "return" else target
    places = (Place(operand.span, f"it is {tensor(given)}"),) if operand is not None and operand.span else ()
    return Told(f"the comment says {said}, but {subject} is {tensor(given)}", places)


RULE = Rule(CODE, "A comment gives a shape that its statement's result does not have.", check, Severity.WARNING)
