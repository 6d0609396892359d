"""`class-target-dtype`: class indices that are not int64."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _losses as losses
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The shape is that of indices, the dtype is not."""
    found = losses.read(failure)
    if found is None or found.target.dtype in (None, "int64", "uint8") or found.probabilities:
        return None
    message = (
        f"{who(failure)} wants class indices of int64 but the target is {found.target.dtype}: {tensor(found.target)}"
    )
    return Told(message, places.dtype_from(found.operand))


RULE = Rule("class-target-dtype", "Class indices are not of dtype int64.", check)
