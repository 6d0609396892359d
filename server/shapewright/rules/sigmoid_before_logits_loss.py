"""`sigmoid-before-logits-loss`: the sigmoid is taken twice."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _scores as scores
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "sigmoid-before-logits-loss"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The input is what a sigmoid made."""
    return scores.told(failure, CODE, "sigmoid")


RULE = Rule(CODE, "A loss over logits is given probabilities.", check, Severity.WARNING)
