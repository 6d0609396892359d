"""`stack-shape`: tensors of different shapes in a stack."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _stack as stack
from shapewright.rules._text import ordinal, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """One of them differs from the first."""
    found = stack.odd(failure)
    if found is None or stack.is_collation(failure, sources):
        return None
    first, other, index, where = found
    message = (
        f"stack wants equal shapes, but the first tensor is {tensor(first)} and the {ordinal(index)} {tensor(other)}"
    )
    return Told(message, where)


RULE = Rule("stack-shape", "Tensors of different shapes are stacked.", check)
