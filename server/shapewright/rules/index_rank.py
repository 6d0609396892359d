"""`index-rank`: more indices than dimensions."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _index as index
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The indices stand for more dimensions than there are."""
    found = index.read(failure)
    if found is None or found.taken <= len(found.shape):
        return None
    there = plural(len(found.shape), "dimension") if found.shape else "no dimension"
    message = f"{found.taken} indices for {tensor(found.given)}, which has {there}"
    if found.taken == 1:
        message = f"an index for the scalar {tensor(found.given)}, which has {there}"
    return Told(message, places.rank_from(facts.operand(failure, "self", "input")))


RULE = Rule("index-rank", "There are more indices than dimensions.", check)
