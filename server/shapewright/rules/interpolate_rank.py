"""`interpolate-rank`: an image without a batch given to `interpolate`."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(r"Got (?P<given>\d)D input, but (?P<mode>\w+) mode needs (?P<wanted>\d)D input")
_ORDERS = {"3": "[N, C, L]", "4": "[N, C, H, W]", "5": "[N, C, D, H, W]"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The mode says how many dimensions there are, and the batch and the channels count."""
    given = next((fact for _, fact in facts.tensors(failure)), None)
    found = _SAID.search(failure.message)
    if found is not None:
        what = tensor(given) if given else f"{found['given']} dimensions"
        return Told(f"interpolate with mode={found['mode']!r} wants {_ORDERS[found['wanted']]} but gets {what}")
    if (
        "spatial dimensions" in failure.message
        and facts.op(failure) in ("interpolate", "upsample")
        and given is not None
    ):
        size = facts.argument(failure, "size") or facts.argument(failure, "scale_factor")
        found_sizes = facts.ints(size) or ()
        sizes = plural(len(found_sizes), "size") if found_sizes else "sizes"
        axes = plural(max(len(given.shape or ()) - 2, 0), "dimension")
        return Told(f"interpolate is given {sizes} but {tensor(given)} has {axes} behind N and C")
    return None


RULE = Rule("interpolate-rank", "interpolate is given too few or too many dimensions.", check)
