"""`size-exceeded`: more elements asked for than the dimension holds."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`topk`, `kthvalue`, `narrow`, `unfold`, and `multinomial` without replacement."""
    name = facts.op(failure)
    operand, given = facts.operand(failure, "input", "self"), facts.tensor(failure, "input", "self")
    if given is None or not given.shape:
        return None
    dim = facts.argument(failure, "dim", "dimension")
    dim = -1 if dim is None else dim
    start = 0
    if name in ("topk", "kthvalue"):
        count = facts.argument(failure, "k")
    elif name == "narrow":
        start, count = facts.argument(failure, "start"), facts.argument(failure, "length")
    elif name == "unfold":
        count = facts.argument(failure, "size")
    elif name == "multinomial" and facts.argument(failure, "replacement") is not True:
        dim, count = -1, facts.argument(failure, "num_samples")
    else:
        return None
    if not all(isinstance(value, int) for value in (dim, count, start)) or not -len(given.shape) <= dim < len(
        given.shape
    ):
        return None
    size = given.shape[dim]
    if size is None or start + count <= size:
        return None
    asked = f"{start} to {start + count - 1}" if start else plural(count, "element")
    message = f"{name} wants {asked} of dimension {dim % len(given.shape)}, but {tensor(given)} has {size}"
    return Told(message, places.size_from(operand, dim))


RULE = Rule("size-exceeded", "More elements are asked for than the dimension holds.", check)
