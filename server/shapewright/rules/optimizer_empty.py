"""`optimizer-empty`: an optimizer without parameters, or with tensors that are none."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The list is empty, or holds what was computed."""
    if said.says(failure, "optimizer got an empty parameter list"):
        model = next((show.value_text(o.value) for o in failure.operands if o.value.kind == "module"), None)
        if model is None:
            return Told("the optimizer gets no parameters")
        return Told(f"the optimizer gets no parameters: {model} registers none; layers in a list or dict are not seen")
    if said.says(failure, "can't optimize a non-leaf Tensor"):
        return Told(f"the optimizer gets {said.first(failure)}, which was computed from others and is no parameter")
    return None


RULE = Rule("optimizer-empty", "An optimizer is given no parameters, or tensors that are none.", check)
