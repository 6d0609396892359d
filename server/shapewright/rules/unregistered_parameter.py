"""`unregistered-parameter`: a tensor that should be trained is no parameter."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "unregistered-parameter"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A tensor with gradients that the module around it does not know."""
    if failure.kind != CODE:
        return None
    owner, name = failure.facts.get("class", "the module"), failure.facts.get("attribute", "")
    held = failure.facts.get("listed")
    what = f"{owner}.{name} is a plain {held} of tensors" if held else f"{owner}.{name} is a tensor"
    return Told(f"{what} with gradients, but no parameter: it is not in parameters(), and no optimizer trains it")


RULE = Rule(CODE, "A tensor with gradients is no parameter of its module.", check, Severity.WARNING)
