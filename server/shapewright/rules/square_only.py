"""`square-only`: height and width are exchanged."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "square-only"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Found by running on other sizes; nothing raises as the program stands."""
    if failure.kind != CODE:
        return None
    model = failure.facts.get("model", "the model")
    height, width = failure.facts.get("height", "H"), failure.facts.get("width", "W")
    return Told(f"{model} runs only where {height} == {width}: the two may be exchanged on the way here")


RULE = Rule(CODE, "A module runs only where height and width are equal.", check, Severity.HINT)
