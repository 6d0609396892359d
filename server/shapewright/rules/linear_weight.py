"""`linear-weight`: a weight or bias given to a function that does not fit it."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The bias of `linear` and of a convolution has one entry for each output; `bilinear` has two inputs."""
    name = facts.op(failure)
    weight, bias = facts.tensor(failure, "weight"), facts.tensor(failure, "bias")
    if name == "bilinear":
        return _bilinear(failure)
    if not (name == "linear" or name.startswith("conv")) or weight is None or bias is None or not weight.shape:
        return None
    outputs = weight.shape[1] if "transpose" in name else weight.shape[0]
    if bias.shape is None or (len(bias.shape) == 1 and not facts.differ(bias.shape[0], outputs)):
        return None
    wanted = f"a bias of [{outputs}], one for each output of the weight {tensor(weight)}"
    message = f"{name} wants {wanted}, but it is {tensor(bias)}"
    return Told(message, places.born(facts.operand(failure, "bias")))


def _bilinear(failure: wire.Failure) -> Told | None:
    weight = facts.shape(failure, "weight")
    for index, name in enumerate(("input1", "input2"), 1):
        given = facts.tensor(failure, name)
        if weight and len(weight) == 3 and given and given.shape and facts.differ(given.shape[-1], weight[index]):
            wanted = f"{weight[index]} features (in{index}_features={weight[index]})"
            message = f"{who(failure)} wants {wanted} but {name} has {given.shape[-1]}: {tensor(given)}"
            return Told(message, places.size_from(facts.operand(failure, name), -1))
    return None


RULE = Rule("linear-weight", "A weight or bias does not fit the function it is given to.", check)
