"""`stale-docstring`: a docstring gives a shape for what is returned that the run contradicts."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules._text import tensor
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

CODE = "stale-docstring"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The docstring was compared with what came out of a run on the inputs that it describes."""
    given, operand = facts.tensor(failure, "value"), facts.operand(failure, "value")
    target, said = failure.facts.get("target"), failure.facts.get("said")
    if failure.kind != CODE or given is None or not target or not said:
        return None
    places = (Place(operand.span, f"{tensor(given)} is returned here"),) if operand is not None and operand.span else ()
    return Told(f"the docstring says {said}, but {target} returns {tensor(given)}", places)


RULE = Rule(CODE, "A docstring gives a shape for the result that the run contradicts.", check, Severity.WARNING)
