"""`dim-out-of-range`: a dimension that the tensor does not have."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_DIMS = ("dim", "dim0", "dim1", "start_dim", "end_dim", "axis", "axis0", "axis1", "source", "destination", "dims")
_LONGER = ("unsqueeze", "stack")


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """An argument that counts dimensions counts too far."""
    if failure.exception != "IndexError" or not failure.operands:
        return None
    operand = failure.operands[0]
    fact = operand.value.tensor
    if fact is None or fact.shape is None:
        return None
    if failure.op == "python.IndexError":
        return _size(failure, sources, fact)
    name = facts.op(failure).rstrip("_")
    rank = len(fact.shape) + (name in _LONGER)
    for key in _DIMS:
        for dim in facts.ints(facts.argument(failure, key)) or ():
            if not -max(rank, 1) <= dim < max(rank, 1):
                message = f"{name}: there is no dimension {dim} in {tensor(fact)}, which has {_range(rank)}"
                if name in _LONGER:
                    message = f"{name}: a dimension goes in at 0 to {rank - 1} of {tensor(fact)}, not at {dim}"
                return Told(message, places.rank_from(operand))
    return None


def _size(failure: wire.Failure, sources: Sources, fact: wire.TensorFact) -> Told | None:
    """`x.shape[3]` and `x.size(3)`, which raise in Python."""
    location = sources.location(failure.span)
    text = sources.text(location) if location else ""
    if ".shape[" not in text and ".size(" not in text:
        return None
    return Told(
        f"{text}: {tensor(fact)} has only {_range(len(fact.shape or ()))}", places.rank_from(failure.operands[0])
    )


def _range(rank: int) -> str:
    if rank == 0:
        return "none"
    return plural(rank, "dimension") + (f", 0 to {rank - 1}" if rank > 1 else ", number 0")


RULE = Rule("dim-out-of-range", "A dimension is named that the tensor does not have.", check)
