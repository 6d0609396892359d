"""`linear-in-features`: a last dimension that is not the layer's in_features."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, product, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The last dimension of the input is not that of the weight."""
    given, weight = facts.tensor(failure, "input"), facts.tensor(failure, "weight")
    if show.short_name(failure.op) != "linear" or given is None or weight is None or not given.shape:
        return None
    if weight.shape is None or len(weight.shape) != 2 or not facts.differ(given.shape[-1], weight.shape[1]):
        return None
    wanted = weight.shape[1] or 0
    declared = f"in_features={wanted}" if failure.module else f"weight {tensor(weight)}"
    message = (
        f"{who(failure)} wants {plural(wanted, 'feature')} ({declared}) "
        f"but the input has {given.shape[-1]}: {tensor(given)}{_hint(given.shape, weight.shape)}"
    )
    if given.dtype and weight.dtype and given.dtype != weight.dtype:
        message += f", and is {given.dtype} where the weight is {weight.dtype}"
    return Told(message, places.size_from(facts.operand(failure, "input"), -1))


def _hint(given: facts.Shape, weight: facts.Shape) -> str:
    for start in range(1, len(given) - 1):
        if facts.product(given[start:]) == weight[1]:
            return f", not flattened ({product(given[start:])})"
    return ""


RULE = Rule("linear-in-features", "The last dimension of the input is not the layer's in_features.", check)
