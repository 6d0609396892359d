"""`norm-rank`: a BatchNorm or InstanceNorm for another number of dimensions."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_RANKS = {
    "BatchNorm1d": (2, 3),
    "BatchNorm2d": (4,),
    "BatchNorm3d": (5,),
    "InstanceNorm1d": (2, 3),
    "InstanceNorm2d": (3, 4),
    "InstanceNorm3d": (4, 5),
}
_SPATIAL = {"1d": "L", "2d": "H, W", "3d": "D, H, W"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The layer's class says how many dimensions it takes."""
    name = show.short_name(failure.module.type) if failure.module else ""
    given = facts.tensor(failure, "input")
    if name not in _RANKS or given is None or given.shape is None or len(given.shape) in _RANKS[name]:
        return None
    channels = facts.setting(failure, "num_features")
    wanted = f"[N, {channels}, {_SPATIAL[name[-2:]]}]" + (f" or [N, {channels}]" if name == "BatchNorm1d" else "")
    message = (
        f"{who(failure)} wants {wanted} but the input has {plural(len(given.shape), 'dimension')}: {tensor(given)}"
    )
    return Told(message, places.rank_from(facts.operand(failure, "input")))


RULE = Rule("norm-rank", "A BatchNorm or InstanceNorm is made for another number of dimensions.", check)
