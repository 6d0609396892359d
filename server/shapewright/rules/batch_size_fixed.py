"""`batch-size-fixed`: a number stands where the size of the batch belongs."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "batch-size-fixed"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Found by running on other sizes; nothing raises as the program stands."""
    if failure.kind != CODE:
        return None
    model, batch = failure.facts.get("model", "the model"), failure.facts.get("batch", "one size")
    return Told(f"{model} runs only with a batch of {batch}: the number is written into `{failure.op}`")


RULE = Rule(CODE, "A module runs with one batch size only.", check, Severity.HINT)
