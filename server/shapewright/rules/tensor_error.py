"""`tensor-error`: any failure for which there is no rule that knows more."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules._text import who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told:
    """The operation, and what it was given."""
    said = failure.message.strip().partition("\n")[0].removesuffix(", but expected one of:")
    if failure.op.startswith("python."):
        return Told(f"{failure.exception}: {said}" if said else failure.exception)
    given = ", ".join(f"{o.name} {show.value_text(o.value)}" for o in failure.operands)
    if given:
        return Told(f"{who(failure)} fails with {given}")
    return Told(f"{who(failure)} fails: {said}" if said else f"{who(failure)} fails")


RULE = Rule("tensor-error", "PyTorch raises an error here for these operands.", check)
