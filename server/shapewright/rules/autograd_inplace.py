"""`autograd-inplace`: a value that backward needs and that was overwritten."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _said as said
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

_VALUE = re.compile(
    r"\[torch\.(?:\w+\.)?\w+ \[(?P<shape>[\d, ]*)\]\], which is output \d+ of (?P<op>\w+?)(?:Backward\d*)?,"
)


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The version counter says so, when it is too late to say where."""
    if not said.says(failure, "modified by an inplace operation"):
        return None
    found = _VALUE.search(failure.message)
    value = f"the [{found['shape']}] result of {found['op'].lower()}" if found else "a value"
    steps = [step for o, _ in facts.tensors(failure)[:1] for step in o.history if _in_place(step.op)]
    message = f"backward needs {value}, but it was changed in place after it was made"
    seen = facts.operand(failure, "changed")
    changed = (Place(seen.span, "it is changed in place here"),) if seen is not None and seen.span is not None else ()
    return Told(message, changed or tuple(Place(step.span, f"{step.op} works in place") for step in steps))


def _in_place(name: str) -> bool:
    return (name.endswith("_") and not name.endswith("__")) or name.startswith("__i") or name == "__setitem__"


RULE = Rule("autograd-inplace", "A value that backward needs was changed in place.", check)
