"""`embedding-dtype`: indices of an embedding that are not integers."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A dtype other than int64 and int32."""
    operand, given = facts.operand(failure, "input"), facts.tensor(failure, "input")
    if (
        facts.op(failure) not in ("embedding", "embedding_bag")
        or given is None
        or given.dtype in (None, "int64", "int32")
    ):
        return None
    message = f"{who(failure)} wants indices of int64 or int32, but they are {given.dtype}: {tensor(given)}"
    return Told(message, places.dtype_from(operand))


RULE = Rule("embedding-dtype", "The indices of an embedding are not integers.", check)
