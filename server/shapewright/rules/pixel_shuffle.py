"""`pixel-shuffle`: channels or pixels that do not divide by the factor."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Each output channel is made of factor x factor input channels, and the other way round."""
    name = facts.op(failure)
    given = facts.tensor(failure, "input", "self")
    factor = facts.argument(failure, "upscale_factor", "downscale_factor")
    if (
        name not in ("pixel_shuffle", "pixel_unshuffle")
        or given is None
        or given.shape is None
        or not isinstance(factor, int)
    ):
        return None
    operand = facts.operand(failure, "input", "self")
    if len(given.shape) < 3:
        return Told(f"{who(failure)} wants [..., C, H, W] but gets {tensor(given)}", places.rank_from(operand))
    axes = (-3,) if name == "pixel_shuffle" else (-2, -1)
    by = factor * factor if name == "pixel_shuffle" else factor
    for axis in axes:
        size = given.shape[axis]
        if size is not None and size % by:
            what = {-3: "channels", -2: "a height", -1: "a width"}[axis]
            wanted = f"{what} divisible by {by}"
            message = f"{who(failure)} with a factor of {factor} wants {wanted} but gets {size}: {tensor(given)}"
            return Told(message, places.size_from(operand, axis))
    return None


RULE = Rule("pixel-shuffle", "Channels do not divide by the factor of a pixel shuffle.", check)
