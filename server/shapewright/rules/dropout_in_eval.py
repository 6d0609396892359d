"""`dropout-in-eval`: a dropout that does not know the mode."""

from __future__ import annotations

import ast

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "dropout-in-eval"


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """`functional.dropout` without `training=` in a module that is in the mode for evaluation."""
    if failure.kind != CODE or _is_told(failure, sources):
        return None
    return Told(f"{facts.op(failure)} drops in the mode for evaluation too: it is not given training=self.training")


def _is_told(failure: wire.Failure, sources: Sources) -> bool:
    """Whether the call says what `training` is; who writes True wants it."""
    location = sources.location(failure.span)
    try:
        call = ast.parse(sources.text(location).strip(), mode="eval").body if location is not None else None
    except SyntaxError:
        return True
    if not isinstance(call, ast.Call):
        return True
    return len(call.args) > 2 or any(k.arg in ("training", None) for k in call.keywords)


RULE = Rule(CODE, "A functional dropout drops in evaluation too.", check, Severity.WARNING)
