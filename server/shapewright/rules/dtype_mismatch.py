"""`dtype-mismatch`: operands of different dtypes."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import listing, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_OWN = (
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "w_ih",
    "w_hh",
    "b_ih",
    "b_hh",
    "in_proj_weight",
    "in_proj_bias",
)
_NUMBERS = (*facts.FLOATS, *facts.COMPLEX, *facts.INTEGERS, "bool")
_APART = ("index", "indices", "mask", "condition", "target", "offsets", "k", "idx")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Two dtypes meet, and the dtypes are what makes it fail."""
    # A recurrent layer checks in Python; that its other checks pass is what the rules before this one found out.
    recurrent = show.short_name(failure.op) in ("LSTM", "GRU", "RNN") and failure.facts.get("cause") == "shape"
    if failure.facts.get("cause") != "dtype" and not recurrent:
        return None
    found = [(o, t) for o, t in facts.tensors(failure) if t.dtype in _NUMBERS and o.name not in _APART]
    given = [(o, t) for o, t in found if o.name not in _OWN]
    own = next((t.dtype for o, t in found if o.name in _OWN), None) or _parameters(failure)
    if not given:
        return None
    operand, fact = given[0]
    if own is not None and own != fact.dtype:
        message = f"{who(failure)} has {own} weights but the {_named(operand.name)} is {fact.dtype}: {tensor(fact)}"
        return Told(message, places.dtype_from(operand))
    other = next(((o, t) for o, t in given if t.dtype != fact.dtype), None)
    if other is None:
        return None
    text = listing([tensor(t) for _, t in given[:4]])
    message = f"{who(failure)} wants one dtype but gets {fact.dtype} and {other[1].dtype}: {text}"
    return Told(message, (*places.dtype_from(other[0]), *places.dtype_from(operand)))


def _parameters(failure: wire.Failure) -> str | None:
    parameters = failure.module.parameters.values() if failure.module else ()
    return next((fact.dtype for fact in parameters if fact.dtype), None)


def _named(name: str) -> str:
    return "input" if name in ("self", "input") else name


RULE = Rule("dtype-mismatch", "Operands of different dtypes meet in an operation that wants one.", check)
