"""`unbatched-input`: a batch is taken for one sample."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "unbatched-input"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A batch of a loader in a layer that takes tensors of its rank for one sample."""
    given = facts.operand(failure, "input")
    if failure.kind != CODE or given is None or given.value.tensor is None:
        return None
    fact = given.value.tensor
    count = fact.shape[0] if fact.shape else None
    kind = "image" if "Conv" in failure.op else "sequence"
    axis = "channels" if kind == "image" else "steps"
    message = (
        f"{who(failure)} takes {tensor(fact)} for one {kind} without a batch, "
        f"but its first dimension is a batch of {count} samples, not {count} {axis}"
    )
    return Told(message, places.born(given))


RULE = Rule(CODE, "A batch is taken for one sample.", check, Severity.WARNING)
