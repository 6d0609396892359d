"""`norm-features`: a normalisation made for another size than its input has."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, sizes, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Channels of BatchNorm, InstanceNorm and GroupNorm; last dimensions of LayerNorm and RMSNorm."""
    name = facts.op(failure)
    given = facts.tensor(failure, "input")
    if given is None or given.shape is None:
        return None
    if name in ("batch_norm", "instance_norm", "group_norm"):
        return _channels(failure, name, given, given.shape)
    return _trailing(failure, given, given.shape) if name in ("layer_norm", "rms_norm") else None


def _channels(failure: wire.Failure, name: str, given: wire.TensorFact, shape: facts.Shape) -> Told | None:
    own = next((s for key in ("running_mean", "weight", "bias") if (s := facts.shape(failure, key))), None)
    if len(shape) < 2 or not own or not facts.differ(shape[1], own[0]):
        return _groups(failure, name, given, shape)
    setting = "num_channels" if name == "group_norm" else "num_features"
    declared = f"{setting}={own[0]}" if failure.module else f"weight {sizes(own)}"
    last = f", whose last dimension is {own[0]}" if shape[-1] == own[0] and len(shape) > 2 else ""
    message = (
        f"{who(failure)} wants {plural(own[0] or 0, 'channel')} ({declared}) "
        f"but the input has {shape[1]}: {tensor(given)}{last}"
    )
    return Told(message, places.size_from(facts.operand(failure, "input"), 1))


def _groups(failure: wire.Failure, name: str, given: wire.TensorFact, shape: facts.Shape) -> Told | None:
    groups = facts.argument(failure, "num_groups")
    if (
        name != "group_norm"
        or not isinstance(groups, int)
        or len(shape) < 2
        or shape[1] is None
        or shape[1] % groups == 0
    ):
        return None
    message = (
        f"{who(failure)} cannot divide {plural(shape[1], 'channel')} into {plural(groups, 'group')}: {tensor(given)}"
    )
    return Told(message, places.size_from(facts.operand(failure, "input"), 1))


def _trailing(failure: wire.Failure, given: wire.TensorFact, shape: facts.Shape) -> Told | None:
    wanted = facts.ints(facts.argument(failure, "normalized_shape"))
    if not wanted:
        return None
    ends = shape[-len(wanted) :]
    broken = [n for n in range(1, len(wanted) + 1) if n > len(ends) or facts.differ(ends[-n], wanted[-n])]
    if not broken:
        return None
    message = (
        f"{who(failure)} wants an input that ends in {sizes(wanted)} (normalized_shape) "
        f"but it ends in {sizes(ends)}: {tensor(given)}"
    )
    return Told(message, places.size_from(facts.operand(failure, "input"), -broken[0]))


RULE = Rule("norm-features", "A normalisation is made for another size than its input has.", check)
