"""`distance-shape`: points with different numbers of coordinates."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`cdist` compares rows, which must be of one length."""
    one, other = facts.tensor(failure, "x1"), facts.tensor(failure, "x2")
    if facts.op(failure) != "cdist" or one is None or other is None or not one.shape or not other.shape:
        return None
    text = f"{tensor(one)} and {tensor(other)}"
    if min(len(one.shape), len(other.shape)) < 2:
        return Told(f"cdist wants two lists of points, at least 2 dimensions each, but gets {text}")
    if not facts.differ(one.shape[-1], other.shape[-1]):
        return None
    message = (
        f"cdist wants points of one length but they have {one.shape[-1]} and {other.shape[-1]} coordinates: {text}"
    )
    where = (*places.size_from(facts.operand(failure, "x1"), -1), *places.size_from(facts.operand(failure, "x2"), -1))
    return Told(message, where)


RULE = Rule("distance-shape", "Distances are taken between points of different lengths.", check)
