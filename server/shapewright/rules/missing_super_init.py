"""`missing-super-init`: a module that assigns layers before `super().__init__()`."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`nn.Module` has nowhere to register them yet."""
    if not said.says(failure, "before Module.__init__() call"):
        return None
    owner = next(
        (show.value_text(o.value) for o in reversed(failure.operands) if o.value.kind == "module"), "the module"
    )
    return Told(f"{owner} assigns a layer or parameter before it called super().__init__()")


RULE = Rule("missing-super-init", "A module assigns layers before it called super().__init__().", check)
