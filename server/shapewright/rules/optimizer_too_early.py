"""`optimizer-too-early`: the optimizer holds a layer that was replaced."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "optimizer-too-early"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A layer that came after the optimizer."""
    if failure.kind != CODE or failure.module is None:
        return None
    owner = failure.facts.get("class", "the model")
    return Told(
        f"{show.module_text(failure.module)} came into {owner} after the optimizer was made, "
        "which holds the parameters of the layer before and never trains this one"
    )


RULE = Rule(CODE, "A layer was replaced after the optimizer was made.", check, Severity.WARNING)
