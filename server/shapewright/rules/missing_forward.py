"""`missing-forward`: a module that is called and has no `forward`."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_LISTS = {"ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Misspelt, indented wrongly, or a container that only holds modules."""
    if not said.says(failure, 'missing the required "forward" function'):
        return None
    name = failure.message.partition("[")[2].partition("]")[0] or "the module"
    if name in _LISTS:
        return Told(f"{name} only holds modules and cannot be called; call them one by one, or use Sequential")
    return Told(f"{name} is called but has no method named forward")


RULE = Rule("missing-forward", "A module is called that has no forward.", check)
