"""`integer-input`: integers for an operation that computes in floats."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_OWN = ("weight", "bias", "running_mean", "running_var", "w_ih", "w_hh", "in_proj_weight")
_WHOLE = (*facts.INTEGERS, "bool")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """An input of integers for a layer with float weights, or for a function of floats."""
    if failure.facts.get("cause") != "dtype":
        return None
    given = [(o, t) for o, t in facts.tensors(failure) if o.name not in _OWN]
    if not given or given[0][1].dtype not in _WHOLE:
        return None
    operand, fact = given[0]
    weights = [t.dtype for o, t in facts.tensors(failure) if o.name in _OWN]
    if not weights and failure.module is not None:
        weights = [t.dtype for t in failure.module.parameters.values()]
    if weights and weights[0] in facts.FLOATS:
        what = "booleans" if fact.dtype == "bool" else "integers"
        message = f"{who(failure)} computes in {weights[0]} but the input holds {what}: {tensor(fact)}"
        return Told(message, places.dtype_from(operand))
    if len(given) == 1 and not weights:
        message = f"{facts.op(failure)} wants a floating dtype but gets {fact.dtype}: {tensor(fact)}"
        return Told(message, places.dtype_from(operand))
    return None


RULE = Rule("integer-input", "An operation that computes in floats is given integers.", check)
