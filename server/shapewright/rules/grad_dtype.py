"""`grad-dtype`: a gradient asked of integers."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Only floats have gradients."""
    if not said.says(failure, "floating point", "floating-point") or not said.says(
        failure, "can require gradients", "requires_grad"
    ):
        return None
    operand = failure.operands[0] if failure.operands else None
    given = said.first(failure) if operand else "its values"
    return Told(f"only floats can require a gradient, but {given} holds integers", places.dtype_from(operand))


RULE = Rule("grad-dtype", "A gradient is asked of integers.", check)
