"""`inplace-dtype`: a result that the tensor on the left cannot hold."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """An operation in place keeps the dtype of its tensor."""
    name = failure.op.rpartition(".")[2]
    in_place = name.endswith("_") and (not name.endswith("__") or name.startswith("__i"))
    found = facts.tensors(failure)
    if not in_place or failure.facts.get("cause") != "dtype" or not found:
        return None
    operand, fact = found[0]
    if fact.dtype not in (*facts.INTEGERS, "bool"):
        return None
    other = next((tensor(t) for _, t in found[1:] if t.dtype in facts.FLOATS), None) or failure.arguments.get("other")
    gives = f" a result of {other}" if other else " a floating result"
    if name.startswith("div") or other is None:
        gives = " a floating result"
    message = f"{name} works in place, so {tensor(fact)} stays {fact.dtype} and cannot hold{gives}"
    return Told(message, places.dtype_from(operand))


RULE = Rule("inplace-dtype", "The result of an operation in place does not fit the dtype.", check)
