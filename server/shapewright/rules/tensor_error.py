"""`tensor-error`: any failure for which there is no rule that knows more."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules._text import who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told:
    """The operation, and what it was given."""
    if failure.op.startswith("python."):
        return Told(f"{failure.exception}: {failure.message}" if failure.message else failure.exception)
    given = ", ".join(f"{o.name} {show.value_text(o.value)}" for o in failure.operands)
    return Told(f"{who(failure)} fails" + (f" with {given}" if given else ""))


RULE = Rule("tensor-error", "PyTorch raises an error here for these operands.", check)
