"""`unregistered-layers`: layers in a plain list are not trained."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "unregistered-layers"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Layers that the module around them does not know."""
    if failure.kind != CODE or failure.module is None:
        return None
    owner, name = failure.facts.get("class", "the module"), failure.facts.get("attribute", "")
    return Told(
        f"{show.module_text(failure.module)} stands in {owner}.{name}, which is no ModuleList or ModuleDict: "
        f"it is not in parameters(), and no optimizer that is given them trains it"
    )


RULE = Rule(CODE, "Layers in a plain list or dict are not trained.", check, Severity.WARNING)
