"""What the rules about stacking share."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules.rule import Place
from shapewright.sources import Sources

Odd = tuple[wire.TensorFact, wire.TensorFact, int, tuple[Place, ...]]


def odd(failure: wire.Failure) -> Odd | None:
    """The first tensor of a stack, the first of another shape with its number, and where both come from."""
    found = facts.listed(failure, "tensors")
    if facts.op(failure) != "stack" or len(found) < 2:
        return None
    operand, first = found[0]
    for index, (other, fact) in enumerate(found[1:], 1):
        if first.shape is not None and fact.shape is not None and _other(first.shape, fact.shape):
            return first, fact, index, (*places.born(operand), *places.born(other))
    return None


def is_collation(failure: wire.Failure, sources: Sources) -> bool:
    """Whether the library stacks here, for a batch, and not the code that is seen."""
    location = sources.location(failure.span)
    return location is not None and "stack" not in sources.text(location)


def _other(one: facts.Shape, two: facts.Shape) -> bool:
    return len(one) != len(two) or any(facts.differ(a, b) for a, b in zip(one, two, strict=True))
