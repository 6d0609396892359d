"""`scalar-iteration`: a loop over, or the length of, a tensor without dimensions."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import call
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """A scalar holds one number and no rows."""
    if not said.says(failure, "iteration over a 0-d tensor", "len() of a 0-d tensor"):
        return None
    what = "has no length" if "len()" in failure.message else "cannot be iterated or unpacked"
    return Told(
        f"{call(failure, sources)}: {said.first(failure)} is a single number and {what}", places.births(failure)
    )


RULE = Rule("scalar-iteration", "A tensor without dimensions is iterated.", check)
