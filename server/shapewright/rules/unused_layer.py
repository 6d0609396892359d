"""`unused-layer`: one layer does the work of two."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "unused-layer"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A layer that is never called, beside a twin that is called twice."""
    if failure.kind != CODE or failure.module is None:
        return None
    name, twin = failure.facts.get("attribute", ""), failure.facts.get("twin", "")
    owner = failure.facts.get("class", "the model")
    return Told(
        f"{owner}.{name} = {show.module_text(failure.module)} is never called, "
        f"while {twin}, of the same kind and size, is called more than once in each forward"
    )


RULE = Rule(CODE, "A layer is never called, and its twin twice.", check, Severity.WARNING)
