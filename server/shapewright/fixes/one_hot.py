"""Labels as one-hot vectors where they meet scores: `F.one_hot(labels, 10)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._places import places
from shapewright.fixes.spatial import functional_name

_OPS = (
    "sub",
    "mul",
    "mse_loss",
    "l1_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "smooth_l1_loss",
)
_WHOLE = ("int64", "int32", "uint8")


def offers(context: Context) -> Iterator[Offer]:
    """One-hot labels of as many classes as there are scores."""
    failure = context.failure
    if read.op(failure) in ("cross_entropy", "nll_loss"):
        yield from _rows(context)
    if read.op(failure) not in _OPS:
        return
    operands = read.inputs(failure)
    for labels in operands:
        for scores in operands:
            shape, its = read.shape(scores), read.shape(labels)
            whole = read.dtype(labels) in _WHOLE
            cast = _cast(context, labels)
            if shape is None or its is None or len(shape) != len(its) + 1 or shape[:-1] != its or not (whole or cast):
                continue
            spot = context.spot(labels.span)
            name = functional_name(spot.tree) if spot is not None else None
            if spot is not None and name is not None:
                loss = "loss" in read.op(failure) or "cross" in read.op(failure)
                text = f"{name}.one_hot({cast or spot.text}, {shape[-1]})" + (".float()" if loss else "")
                yield Offer(f"Make the labels {read.sizes(shape)}: {text}", spot.replace(text), 0.4, sure=True)


def _rows(context: Context) -> Iterator[Offer]:
    """Whole numbers in the shape of the scores: the class of each row, or the rows as probabilities."""
    scores, labels = read.operand(context.failure, "input"), read.operand(context.failure, "target")
    shape = read.shape(labels)
    if labels is None or not shape or len(shape) < 2 or shape != read.shape(scores):
        return
    if read.dtype(labels) not in (*_WHOLE, "bool"):
        return
    for place in places(context, labels, steps=False)[:2]:
        text = place.spot.tree.suffixed(place.spot.node, ".argmax(1)")
        made = read.sizes((shape[0], *shape[2:]))
        yield Offer(f"Give it the classes {made}: {text}", place.spot.suffix(".argmax(1)"), 0.3 + place.cost, sure=True)
        if read.op(context.failure) == "cross_entropy":
            text = place.spot.tree.suffixed(place.spot.node, ".float()")
            yield Offer(f"Take the rows for probabilities: {text}", place.spot.suffix(".float()"), 0.4 + place.cost)


def _cast(context: Context, labels: wire.Operand) -> str:
    """The labels as they were before they were made floating for the loss."""
    spot = context.spot(labels.span)
    before = labels.history[1].value.tensor if len(labels.history) > 1 else None
    call = spot.node if spot is not None else None
    if spot is None or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args:
        return ""
    whole = before is not None and before.dtype == "int64" and call.func.attr == "float"
    return " ".join(spot.tree.text(call.func.value).split()) if whole else ""
