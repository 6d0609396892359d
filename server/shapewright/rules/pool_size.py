"""`pool-size`: a pooling window that leaves nothing of its input."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, times, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_POOLS = {f"{kind}_pool{n}d": n for kind in ("max", "avg", "lp") for n in (1, 2, 3)}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The window does not fit into the padded input, or the padding is more than half of it."""
    name = facts.op(failure).removesuffix("_with_indices")
    given = facts.tensor(failure, "input", "self")
    if name not in _POOLS or given is None or given.shape is None or len(given.shape) < _POOLS[name] + 1:
        return None
    axes = _POOLS[name]
    window = facts.per_axis(facts.argument(failure, "kernel_size"), axes)
    padding = facts.per_axis(facts.argument(failure, "padding") or 0, axes)
    dilation = facts.per_axis(facts.argument(failure, "dilation") or 1, axes)
    if window is None or padding is None or dilation is None:
        return None
    if any(2 * p > k for p, k in zip(padding, window, strict=True)):
        return Told(f"{who(failure)}: a padding of {times(padding)} is more than half of its window of {times(window)}")
    spatial = given.shape[-axes:]
    reach = [d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True)]
    small = [i for i, s in enumerate(spatial) if s is not None and s + 2 * padding[i] < reach[i]]
    if not small:
        return None
    message = f"{who(failure)} has a window of {times(window)} but the input is only {times(spatial)}: {tensor(given)}"
    return Told(message, places.size_from(facts.operand(failure, "input", "self"), small[0] - axes))


RULE = Rule("pool-size", "A pooling window is larger than its input.", check)
