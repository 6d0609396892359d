"""`data-range`: values outside of what the operation is made for."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import number, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Probabilities outside of 0 to 1, labels beyond the classes of `one_hot`, negative weights."""
    name = facts.op(failure)
    of_target = "elements of target" in failure.message
    operand = facts.operand(failure, "target") if of_target else facts.operand(failure, "input", "tensor")
    values = facts.bounds(operand)
    if name == "binary_cross_entropy" and operand is not None and operand.value.tensor is not None and values is None:
        return _scores(failure, operand, operand.value.tensor)
    if operand is None or operand.value.tensor is None or values is None:
        return None
    low, high = values
    span = f"go from {number(low)} to {number(high)}: {tensor(operand.value.tensor)}"
    message = None
    if name in ("binary_cross_entropy", "bernoulli") and (low < 0 or high > 1):
        wanted = "targets" if of_target else "probabilities"
        message = f"{who(failure)} wants {wanted} between 0 and 1, but the values {span}"
    elif name == "one_hot" and operand.value.tensor.dtype == "int64":
        classes = facts.argument(failure, "num_classes")
        if low < 0:
            message = f"one_hot wants labels of 0 and above, but they {span}"
        elif isinstance(classes, int) and classes > 0 and high >= classes:
            message = f"one_hot with num_classes={classes} takes labels 0 to {classes - 1}, but they {span}"
    elif name == "multinomial" and low < 0:
        message = f"multinomial wants weights of 0 and above, but they {span}"
    elif name == "bincount" and low < 0:
        message = f"bincount wants numbers of 0 and above, but they {span}"
    return Told(message, places.born(operand)) if message else None


def _scores(failure: wire.Failure, operand: wire.Operand, given: wire.TensorFact) -> Told | None:
    """No value is known, but they are the scores of a layer."""
    if "elements of input" not in failure.message or not operand.history:
        return None
    message = (
        f"{who(failure)} wants probabilities between 0 and 1, but its input {tensor(given)} are the scores of a layer, "
        "which went through no sigmoid"
    )
    return Told(message, places.born(operand))


RULE = Rule("data-range", "Values lie outside of what the operation is made for.", check)
