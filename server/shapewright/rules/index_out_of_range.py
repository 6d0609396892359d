"""`index-out-of-range`: an index beyond the end of its dimension."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _index as index
from shapewright.rules import _places as places
from shapewright.rules._text import number, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_PICKS = {"gather", "index_select", "scatter", "scatter_add", "index_add", "index_copy", "index_fill", "take_along_dim"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A number, or a value of an index tensor, is not in the range of its dimension."""
    found = index.read(failure)
    if found is not None:
        return _indexing(found)
    name = facts.op(failure).rstrip("_")
    given, picked = facts.operand(failure, "input", "self"), facts.operand(failure, "index", "indices")
    dim = facts.argument(failure, "dim")
    fact = given.value.tensor if given else None
    if fact is None or not fact.shape or not isinstance(dim, int) or not -len(fact.shape) <= dim < len(fact.shape):
        return None
    if name == "select":
        at = facts.argument(failure, "index")
        size = fact.shape[dim]
        if isinstance(at, int) and size is not None and not -size <= at < size:
            return Told(_message(str(at), dim % len(fact.shape), fact, size))
    if name in _PICKS and picked is not None:
        return _beyond(picked, dim % len(fact.shape), fact, negative=False)
    return None


def _indexing(found: index.Indexing) -> Told | None:
    for part in found.parts:
        if not 0 <= part.axis < len(found.shape):
            continue
        size = found.shape[part.axis]
        if part.value is not None and size is not None and not -size <= part.value < size:
            return Told(_message(str(part.value), part.axis, found.given, size))
        fact = part.operand.value.tensor if part.operand else None
        if part.operand is not None and fact is not None and fact.dtype in facts.INTEGERS:
            told = _beyond(part.operand, part.axis, found.given, negative=True)
            if told is not None:
                return told
    return None


def _beyond(picked: wire.Operand, axis: int, fact: wire.TensorFact, negative: bool) -> Told | None:
    values, size = facts.bounds(picked), (fact.shape or ())[axis]
    if values is None or size is None:
        return None
    wrong = values[1] if values[1] >= size else values[0] if values[0] < (-size if negative else 0) else None
    if wrong is None:
        return None
    return Told(_message(number(wrong), axis, fact, size), places.born(picked))


def _message(at: str, axis: int, fact: wire.TensorFact, size: int) -> str:
    held = f"0 to {size - 1}" if size > 1 else "only 0" if size else "nothing"
    return f"index {at} is out of range for dimension {axis} of {tensor(fact)}, which holds {held}"


RULE = Rule("index-out-of-range", "An index lies beyond the end of its dimension.", check)
