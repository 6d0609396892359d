"""`rnn-input`: an input that a recurrent layer does not take."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _rnn as rnn
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Another number of features, or of dimensions."""
    found = rnn.read(failure)
    if found is None:
        return None
    ranks = (1, 2) if found.cell else (2, 3)
    operand = facts.operand(failure, "input")
    if len(found.shape) not in ranks:
        order = "N, L" if facts.setting(failure, "batch_first") else "L, N"
        wanted = f"[N, {found.features}]" if found.cell else f"[{order}, {found.features}]"
        there = plural(len(found.shape), "dimension")
        message = f"{who(failure)} wants {wanted} but the input has {there}: {tensor(found.input)}"
        return Told(message, places.rank_from(operand))
    if not facts.differ(found.shape[-1], found.features):
        return None
    other = [axis for axis, size in enumerate(found.shape[:-1]) if size == found.features]
    hint = f", whose dimension {other[0]} is {found.features}" if len(other) == 1 else ""
    message = (
        f"{who(failure)} wants {plural(found.features, 'feature')} (input_size={found.features}) "
        f"but the input has {found.shape[-1]}: {tensor(found.input)}{hint}"
    )
    return Told(message, places.size_from(operand, -1))


RULE = Rule("rnn-input", "The input of a recurrent layer has another number of features or dimensions.", check)
