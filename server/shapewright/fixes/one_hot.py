"""Labels as one-hot vectors where they meet scores: `F.one_hot(labels, 10)`."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
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


def offers(context: Context) -> Iterator[Offer]:
    """One-hot labels of as many classes as there are scores."""
    failure = context.failure
    if read.op(failure) not in _OPS:
        return
    operands = read.inputs(failure)
    for labels in operands:
        for scores in operands:
            shape, its = read.shape(scores), read.shape(labels)
            whole = read.dtype(labels) in ("int64", "int32", "uint8")
            if shape is None or its is None or len(shape) != len(its) + 1 or shape[:-1] != its or not whole:
                continue
            spot = context.spot(labels.span)
            name = functional_name(spot.tree) if spot is not None else None
            if spot is not None and name is not None:
                loss = "loss" in read.op(failure) or "cross" in read.op(failure)
                text = f"{name}.one_hot({spot.text}, {shape[-1]})" + (".float()" if loss else "")
                yield Offer(f"Make the labels {read.sizes(shape)}: {text}", spot.replace(text), 0.4, sure=True)
