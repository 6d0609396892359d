"""`eval-forgotten`: a model is judged in the mode for training."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "eval-forgotten"
_DOES = {True: "normalizes with the statistics of this batch", False: "drops values at random"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Dropout or batch norm in a model that is judged after its training."""
    if failure.kind != CODE:
        return None
    layer, owner = failure.facts.get("layer", "a layer"), failure.facts.get("class", "the model")
    does = _DOES["Norm" in layer]
    return Told(f"{owner} is judged in the mode for training: its {layer} still {does}; call eval() before")


RULE = Rule(CODE, "A model is judged in the mode for training.", check, Severity.WARNING)
