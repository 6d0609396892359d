"""`ragged-list`: a list that is no box of numbers, given to `torch.tensor`."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import listing, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Rows of different lengths, or tensors among the numbers."""
    if show.short_name(failure.op) not in ("tensor", "as_tensor", "Tensor", "FloatTensor", "LongTensor"):
        return None
    if said.says(failure, "expected sequence of length"):
        return Told(f"torch.tensor wants rows of one length: {failure.message}")
    if said.says(failure, "only one element tensors can be converted"):
        given = (
            listing([tensor(fact) for _, fact in facts.tensors(failure)][:3]) if facts.tensors(failure) else "tensors"
        )
        return Told(f"torch.tensor wants numbers but the list holds {given}; use torch.stack", places.births(failure))
    return None


RULE = Rule("ragged-list", "A list of unequal rows or of tensors is made into a tensor.", check)
