"""`collate-shape`: samples of a data set that differ in shape, put into one batch."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _stack as stack
from shapewright.rules._text import ordinal, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """The loader stacks what cannot be stacked."""
    found = stack.odd(failure)
    if found is None or not stack.is_collation(failure, sources):
        return None
    first, other, index, where = found
    message = (
        f"the samples of a batch differ in shape: the first is {tensor(first)}, the {ordinal(index)} {tensor(other)}; "
        "default_collate stacks only equal ones"
    )
    return Told(message, where)


RULE = Rule("collate-shape", "Samples of different shapes are put into one batch.", check)
