"""`loss-broadcast`: a loss that quietly compares each prediction with every target."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import sizes, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "loss-broadcast"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The shapes broadcast to a larger one, which is no mistake to PyTorch."""
    given, target = facts.tensor(failure, "input"), facts.tensor(failure, "target")
    if failure.kind != CODE or given is None or target is None or given.shape is None or target.shape is None:
        return None
    rank = max(len(given.shape), len(target.shape))
    pairs = zip(_padded(given.shape, rank), _padded(target.shape, rank), strict=True)
    grown = [b if a == 1 else a for a, b in pairs]
    message = (
        f"{who(failure)} broadcasts {tensor(given)} and {tensor(target)} to {sizes(grown)} "
        "and compares each prediction with every target"
    )
    first, second = facts.operand(failure, "input"), facts.operand(failure, "target")
    where = (*places.shape_from(first, second), *places.shape_from(second, first))
    return Told(message, where)


def _padded(shape: facts.Shape, rank: int) -> facts.Shape:
    return (1,) * (rank - len(shape)) + shape


RULE = Rule(CODE, "A loss broadcasts its input and target against each other.", check, Severity.WARNING)
