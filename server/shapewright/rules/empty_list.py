"""`empty-list`: nothing to join."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`cat` and `stack` cannot tell the shape of nothing."""
    name = facts.op(failure)
    if name not in ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack") or failure.operands:
        return None
    if failure.arguments.get("tensors") not in ("[]", "()"):
        return None
    return Told(f"{name} gets an empty list, whose shape nobody knows")


RULE = Rule("empty-list", "An empty list is joined or stacked.", check)
