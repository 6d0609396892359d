"""`index-dtype`: an index that holds no whole numbers, or not of the dtype that is wanted."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_PICKS = {
    "gather": "int64", "index_select": "int64 or int32", "scatter": "int64", "scatter_add": "int64", "take": "int64",
    "index_add": "int64 or int32", "index_copy": "int64", "index_fill": "int64", "take_along_dim": "int64",
    "one_hot": "int64", "scatter_reduce": "int64", "index_put": "int64", "bincount": "an integer dtype",
}  # fmt: skip


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """An index tensor of floats, or of integers of another width."""
    name = facts.op(failure).rstrip("_")
    if failure.op.endswith(("__getitem__", "__setitem__")):
        key = "k" if failure.op.endswith("__setitem__") else "idx"
        for operand, fact in facts.tensors(failure):
            if operand.name.partition("[")[0] == key and fact.dtype in (*facts.FLOATS, *facts.COMPLEX, "int16", "int8"):
                message = f"an index must be of int64, or a bool mask, but it is {fact.dtype}: {tensor(fact)}"
                return Told(message, places.dtype_from(operand))
        index = facts.argument(failure, key)
        if isinstance(index, (float, str)):
            return Told(f"an index must be a whole number, a slice, a tensor or None, but it is {index!r}")
        return None
    names = ("tensor", "input") if name in ("one_hot", "bincount") else ("index", "indices")
    operand, fact = facts.operand(failure, *names), facts.tensor(failure, *names)
    if name not in _PICKS or operand is None or fact is None or fact.dtype is None:
        return None
    if fact.dtype == "int64" or (fact.dtype == "int32" and "int32" in _PICKS[name]):
        return None
    if fact.dtype in facts.INTEGERS and failure.facts.get("cause") != "dtype":
        return None
    message = f"{name} wants an index of {_PICKS[name]} but gets {fact.dtype}: {tensor(fact)}"
    return Told(message, places.dtype_from(operand))


RULE = Rule("index-dtype", "An index is not of an integer dtype.", check)
