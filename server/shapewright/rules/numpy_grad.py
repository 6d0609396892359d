"""`numpy-grad`: a NumPy array of a tensor that is part of a graph."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """NumPy would change it behind autograd's back."""
    if not said.says(failure, "numpy() on Tensor that requires grad", "Tensor that requires grad. Use"):
        return None
    return Told(f"numpy() cannot take {said.first(failure)}, which requires a gradient; detach() it first")


RULE = Rule("numpy-grad", "A tensor that requires a gradient is turned into a NumPy array.", check)
