"""`squeeze-drops-batch`: a batch of one loses its dimension."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "squeeze-drops-batch"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Found by running on other sizes; nothing raises as the program stands."""
    if failure.kind != CODE:
        return None
    given, one = failure.facts.get("shape", "[B]"), failure.facts.get("one", "[]")
    return Told(f"a batch of one loses its dimension here: {given} becomes {one} where B is 1")


RULE = Rule(CODE, "`squeeze()` also takes the batch where it is one.", check, Severity.HINT)
