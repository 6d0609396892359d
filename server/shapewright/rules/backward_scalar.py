"""`backward-scalar`: backward from more than one number."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Gradients are of a scalar."""
    if not said.says(failure, "grad can be implicitly created only for scalar outputs"):
        return None
    operand = failure.operands[0] if failure.operands else None
    message = f"{facts.op(failure)} wants a single number but gets {said.first(failure)}; take its mean or sum"
    return Told(message, places.rank_from(operand))


RULE = Rule("backward-scalar", "Backward starts from more than one number.", check)
