"""`device-mismatch`: operands on different devices."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_OWN = ("weight", "bias", "running_mean", "running_var", "w_ih", "w_hh", "in_proj_weight")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A layer here and its input there, or two tensors apart."""
    found = facts.tensors(failure)
    if failure.facts.get("cause") != "device":
        return None
    if len(found) < 2:
        return _alone(failure)
    given = [(o, t) for o, t in found if o.name not in _OWN]
    own = next((t.device for o, t in found if o.name in _OWN), None)
    if own is not None and given and failure.module is not None:
        operand, fact = given[0]
        if fact.device != own:
            message = f"{who(failure)} is on {own} but the {operand.name} is on {fact.device}: {tensor(fact)}"
            return Told(message, places.born(operand))
    first, one = found[0]
    second, other = next(((o, t) for o, t in found if t.device != one.device), found[1])
    text = f"{tensor(one)} on {one.device} and {tensor(other)} on {other.device}"
    return Told(
        f"{facts.op(failure)} wants its operands on one device but gets {text}",
        (*places.born(second), *places.born(first)),
    )


def _alone(failure: wire.Failure) -> Told | None:
    """What only a tensor of the host can do, such as `numpy()`."""
    for operand, fact in facts.tensors(failure):
        if fact.device not in (None, "cpu"):
            message = f"{facts.op(failure)} wants a tensor on the cpu but gets {tensor(fact)} on {fact.device}"
            return Told(message, places.born(operand))
    return None


RULE = Rule("device-mismatch", "Operands are on different devices.", check)
