"""A matrix the other way round: `h @ W` becomes `h @ W.T`."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer

_OPS = ("matmul", "mm", "bmm", "spmm", "addmm", "mv")


def offers(context: Context) -> Iterator[Offer]:
    """The last two dimensions exchanged, of the operand for which that fits."""
    failure = context.failure
    x, weight = read.shape(read.operand(failure, "input")), read.operand(failure, "weight")
    if read.op(failure) == "linear" and failure.module is None and x and weight is not None:
        its, spot = read.shape(weight), context.spot(weight.span)
        if its is not None and len(its) == 2 and its[0] == x[-1] and spot is not None:
            text = spot.tree.suffixed(spot.node, ".T")
            yield Offer(f"Turn weight to {read.sizes(its[::-1])}: {text}", spot.suffix(".T"), 0.4, sure=True)
    if read.op(failure) not in _OPS or read.cause(failure) == "dtype":
        return
    pair = read.inputs(failure)[-2:]
    shapes = [shape for o in pair if (shape := read.shape(o)) is not None]
    if len(shapes) < 2 or min(map(len, shapes)) < 2:
        return
    a, b = shapes
    for number, operand in reversed(list(enumerate(pair))):
        its = shapes[number]
        spot = context.spot(operand.span)
        fit = a[-1] == b[-1] if number == 1 else a[-2] == b[-2]
        if spot is None or not fit:
            continue
        text = ".T" if len(its) == 2 else ".transpose(-2, -1)"
        turned = (*its[:-2], its[-1], its[-2])
        title = f"Turn {operand.name} to {read.sizes(turned)}: {spot.tree.suffixed(spot.node, text)}"
        yield Offer(title, spot.suffix(text), 0.4 + 0.2 * (1 - number), sure=True)
