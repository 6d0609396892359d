"""`conv-rank`: an input with too few or too many dimensions for a convolution."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _conv as conv
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Neither batched nor unbatched."""
    found = conv.read(failure)
    if found is None or len(found.given) in (found.axes + 1, found.axes + 2):
        return None
    spatial = {1: "L", 2: "H, W", 3: "D, H, W"}[found.axes]
    wanted = f"[N, {found.channels}, {spatial}]"
    message = (
        f"{who(failure)} wants {wanted}, or [{found.channels}, {spatial}] without a batch, "
        f"but the input has {plural(len(found.given), 'dimension')}: {tensor(found.input)}"
    )
    return Told(message, places.rank_from(facts.operand(failure, "input")))


RULE = Rule("conv-rank", "A convolution is given too few or too many dimensions.", check)
