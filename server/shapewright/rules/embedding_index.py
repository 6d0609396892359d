"""`embedding-index`: an index that is no row of an embedding."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import number, plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Below 0, or not below the number of rows."""
    operand, weight = facts.operand(failure, "input"), facts.tensor(failure, "weight")
    if facts.op(failure) not in ("embedding", "embedding_bag") or failure.exception not in (
        "IndexError",
        "RuntimeError",
    ):
        return None
    values = facts.bounds(operand)
    if operand is None or operand.value.tensor is None or weight is None or not weight.shape or values is None:
        return None
    rows = weight.shape[0]
    if rows is None or 0 <= values[0] <= values[1] < rows or operand.value.tensor.dtype not in facts.INTEGERS:
        return None
    declared = f"num_embeddings={rows}" if failure.module else f"weight {tensor(weight)}"
    wrong = f"go up to {number(values[1])}" if values[1] >= rows else f"go down to {number(values[0])}"
    message = (
        f"{who(failure)} has {plural(rows, 'row')} ({declared}), 0 to {rows - 1}, "
        f"but the indices {wrong}: {tensor(operand.value.tensor)}"
    )
    return Told(message, places.born(operand))


RULE = Rule("embedding-index", "An index is no row of the embedding.", check)
