"""`leaf-inplace`: a parameter that is changed in place while its gradient is recorded."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Autograd refuses to overwrite a leaf."""
    if not said.says(failure, "leaf Variable that requires grad", "leaf Variable that requires_grad"):
        return None
    message = f"{facts.op(failure)} changes {said.first(failure)} in place, which is a leaf that requires a gradient"
    return Told(f"{message}; do it under torch.no_grad()", places.births(failure))


RULE = Rule("leaf-inplace", "A leaf that requires a gradient is changed in place.", check)
