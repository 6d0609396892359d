"""A tensor that is filled piece by piece: room for whole pieces."""

from __future__ import annotations

from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._dims import sources
from shapewright.fixes._numbers import changes


def offers(context: Context) -> Iterator[Offer]:
    """The next multiple of the piece where the tensor is made."""
    failure = context.failure
    table, piece = read.operand(failure, "self"), read.operand(failure, "v")
    whole, part = read.shape(table), read.shape(piece)
    if read.op(failure) != "__setitem__" or table is None or not whole or not part or whole[1:] != part[1:]:
        return
    now, step = whole[0], part[0]
    if now is None or not step or now % step == 0:
        return
    for wanted in (-(-now // step) * step, now // step * step):
        for source in sources(context, table, 0):
            for change in changes(context, source.spot, source.size, wanted)[:2] if wanted else ():
                title = f"{source.title(wanted)}, a multiple of {step} ({change.words})"
                yield Offer(title, change.edits, 0.8 + 0.2 * change.cost + 0.3 * (wanted < now), sure=True)
