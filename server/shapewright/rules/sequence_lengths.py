"""`sequence-lengths`: sequences and lengths that do not make a padded batch."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """One length for each sequence, none of them 0, and sorted where that is asked for."""
    given = ", ".join(tensor(fact) for _, fact in facts.tensors(failure))
    given = f": {given}" if given else ""
    if said.says(failure, "Expected `len(lengths)` to be equal to batch_size"):
        return Told(
            f"pack_padded_sequence wants one length for each sequence of the batch (batch_first decides which){given}"
        )
    if said.says(failure, "`lengths` array must be sorted in decreasing order"):
        return Told("pack_padded_sequence wants the longest sequence first; enforce_sorted=False lifts that")
    if said.says(failure, "Length of all samples has to be greater than 0"):
        return Told("pack_padded_sequence wants no sequence of length 0")
    if facts.op(failure) == "pad_sequence" and given:
        return Told(f"pad_sequence wants sequences that differ in dimension 0 only{given}", places.births(failure))
    return None


RULE = Rule("sequence-lengths", "Sequences or their lengths do not make a padded batch.", check)
