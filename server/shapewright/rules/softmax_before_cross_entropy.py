"""`softmax-before-cross-entropy`: the softmax is taken twice."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _scores as scores
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "softmax-before-cross-entropy"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what a softmax made, or a sigmoid."""
    return scores.told(failure, CODE, "softmax")


RULE = Rule(CODE, "A cross-entropy loss is given probabilities, where it wants scores.", check, Severity.WARNING)
