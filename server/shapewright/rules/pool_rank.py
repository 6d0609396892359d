"""`pool-rank`: a pooling layer for another number of dimensions."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_POOLS = {f"{kind}_pool{n}d": n for kind in ("max", "avg", "lp", "adaptive_max", "adaptive_avg") for n in (1, 2, 3)}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Neither a batch nor one sample."""
    name = facts.op(failure).removesuffix("_with_indices")
    given = facts.tensor(failure, "input", "self")
    if name not in _POOLS or given is None or given.shape is None:
        return None
    axes = _POOLS[name]
    if len(given.shape) in (axes + 1, axes + 2):
        return None
    spatial = {1: "L", 2: "H, W", 3: "D, H, W"}[axes]
    message = (
        f"{who(failure)} wants [N, C, {spatial}], or [C, {spatial}] without a batch, "
        f"but the input has {plural(len(given.shape), 'dimension')}: {tensor(given)}"
    )
    return Told(message, places.rank_from(facts.operand(failure, "input", "self")))


RULE = Rule("pool-rank", "A pooling layer is given too few or too many dimensions.", check)
