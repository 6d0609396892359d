"""`autograd-no-grad`: backward from a value that depends on no parameter."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _said as said
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

_CUTS = (
    "detach",
    "detach_",
    "argmax",
    "argmin",
    "round",
    "floor",
    "ceil",
    "sign",
    "eq",
    "gt",
    "lt",
    "ge",
    "le",
    "long",
    "int",
)


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Nothing on the way to the value requires a gradient."""
    if not said.says(failure, "does not require grad and does not have a grad_fn"):
        return None
    steps = [step for o, _ in facts.tensors(failure)[:1] for step in o.history if step.op in _CUTS]
    cut = f"; {steps[0].op} cuts it off" if steps else ""
    message = f"{facts.op(failure)}: {said.first(failure)} depends on nothing that requires a gradient{cut}"
    return Told(message, tuple(Place(step.span, f"{step.op} cuts the gradient off here") for step in steps[:1]))


RULE = Rule("autograd-no-grad", "Backward starts from a value that depends on no parameter.", check)
