"""`view-contiguous`: a view of a tensor whose memory is in another order."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules._text import tensor
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The number of elements fits, so only the order in memory can be in the way."""
    given = facts.tensor(failure, "self", "input")
    if facts.op(failure) not in ("view", "view_as") or given is None or given.shape is None:
        return None
    wanted, total = facts.integers(failure), facts.product(given.shape)
    if facts.op(failure) == "view_as":
        wanted = tuple(size or 0 for size in facts.shape(failure, "other") or ())
    if not wanted or total is None:
        return None
    fixed = facts.product(size for size in wanted if size != -1)
    if not fixed or (total % fixed if -1 in wanted else total != fixed):
        return None
    operand = facts.operand(failure, "self", "input")
    moved = next((s for s in operand.history if s.op in _MOVES), None) if operand else None
    because = f" after {moved.op}" if moved else ""
    message = (
        f"view({', '.join(map(str, wanted))}) cannot join dimensions of {tensor(given)} "
        f"that are not contiguous in memory{because}; reshape can"
    )
    return Told(message, (Place(moved.span, f"{moved.op} changes the order in memory"),) if moved else ())


_MOVES = {"transpose", "permute", "t", "movedim", "swapaxes", "expand", "flip", "unfold", "T", "mT"}

RULE = Rule("view-contiguous", "A view joins dimensions that are not contiguous in memory.", check)
