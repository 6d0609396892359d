"""`column-broadcast`: each prediction against every label."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import both, sizes
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "column-broadcast"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A column against a row, which is no mistake to PyTorch."""
    found = facts.tensors(failure)
    if failure.kind != CODE or len(found) < 2:
        return None
    (first, one), (second, other) = found[:2]
    count = max((size for size in (*(one.shape or ()), *(other.shape or ())) if size is not None), default=None)
    message = (
        f"{both(failure, one, other)} broadcasts to {sizes((count, count))}, "
        "each prediction against every value, and all of that is added up"
    )
    return Told(message, (*places.rank_from(first), *places.rank_from(second)))


RULE = Rule(CODE, "A prediction [N, 1] meets data [N] and becomes [N, N].", check, Severity.WARNING)
