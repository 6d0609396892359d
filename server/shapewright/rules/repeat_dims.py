"""`repeat-dims`: fewer repeat counts than dimensions."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`repeat` wants a count for each dimension."""
    operand, given = facts.operand(failure, "self", "input"), facts.tensor(failure, "self", "input")
    if facts.op(failure) != "repeat" or given is None or given.shape is None:
        return None
    counts = facts.integers(failure)
    if not counts or len(counts) >= len(given.shape):
        return None
    message = (
        f"repeat({', '.join(map(str, counts))}) has {plural(len(counts), 'count')}, "
        f"but {tensor(given)} has {plural(len(given.shape), 'dimension')}"
    )
    return Told(message, places.rank_from(operand))


RULE = Rule("repeat-dims", "There are fewer repeat counts than dimensions.", check)
