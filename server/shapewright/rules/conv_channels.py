"""`conv-channels`: an input with another number of channels than the convolution was made for."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _conv as conv
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The channel dimension is not what the weight wants."""
    found = conv.read(failure)
    if found is None or len(found.given) not in (found.axes + 1, found.axes + 2):
        return None
    axis = -found.axes - 1
    if not facts.differ(found.given[axis], found.channels):
        return None
    declared = f"in_channels={found.channels}" if failure.module else f"weight {tensor(found.weight)}"
    message = (
        f"{who(failure)} wants {plural(found.channels, 'channel')} ({declared}) "
        f"but the input has {found.given[axis]}: {tensor(found.input)}{_hint(found)}"
    )
    return Told(message, places.size_from(facts.operand(failure, "input"), axis))


def _hint(found: conv.Conv) -> str:
    """What the shape looks like, where it does not look like channels and then the rest."""
    batch = "N, " if found.batched else ""
    spatial = {1: "L", 2: "H, W", 3: "D, H, W"}[found.axes]
    given = found.given[-found.axes - 1 :]
    alike = found.axes == 1 or found.channels <= 4 or given[0] == given[1] != given[-1]
    if given[-1] == found.channels and alike:
        return f", which has its channels last and not in the order [{batch}C, {spatial}]"
    if found.axes == 3 and given[1] == found.channels:
        return f", which is in the order [{batch}D, C, H, W] and not [{batch}C, D, H, W]"
    return "" if found.batched else ", taken as one sample without a batch"


RULE = Rule("conv-channels", "A convolution is given another number of channels than it was made for.", check)
