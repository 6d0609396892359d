"""`batchnorm-one-value`: statistics of a single value."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """In training a mean and a variance are taken over each channel, which one value does not have."""
    name = facts.op(failure)
    given = facts.tensor(failure, "input")
    if name not in ("batch_norm", "instance_norm") or given is None or not given.shape or len(given.shape) < 2:
        return None
    averaged = given.shape[2:] if name == "instance_norm" else (given.shape[0], *given.shape[2:])
    if facts.product(averaged) != 1:
        return None
    message = f"{who(failure)} in training wants more than one value for each channel, but {tensor(given)} has one"
    return Told(message, places.size_from(facts.operand(failure, "input"), 0))


RULE = Rule("batchnorm-one-value", "A BatchNorm in training is given a single value for each channel.", check)
