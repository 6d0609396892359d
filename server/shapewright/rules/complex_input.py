"""`complex-input`: complex numbers for an operation on real ones."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """No order and no cut exist for complex numbers, and layers have real weights."""
    found = [(o, t) for o, t in facts.tensors(failure) if t.dtype in facts.COMPLEX]
    if failure.facts.get("cause") != "dtype" or not found:
        return None
    operand, fact = found[0]
    message = f"{who(failure)} wants real numbers but gets {fact.dtype}: {tensor(fact)}; take abs(), angle() or .real"
    return Told(message, places.dtype_from(operand))


RULE = Rule("complex-input", "Complex numbers are given to an operation on real ones.", check)
