"""`broadcast-shape`: operands of an elementwise operation that do not broadcast."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import both, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_ELEMENTWISE = {
    "add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "floor_divide", "pow",
    "float_power", "remainder", "fmod", "maximum", "minimum", "fmax", "fmin", "where", "masked_fill", "eq", "ne",
    "lt", "le", "gt", "ge", "equal", "isclose", "and", "or", "xor", "logical_and", "logical_or", "logical_xor",
    "bitwise_and", "bitwise_or", "bitwise_xor", "atan2", "hypot", "lerp", "addcmul", "addcdiv", "copysign", "ldexp",
    "logaddexp", "xlogy", "clamp", "clip", "cosine_similarity", "pairwise_distance", "broadcast_tensors", "rsub",
    "dist", "masked_select", "addmm", "addmv", "addbmm", "baddbmm", "cross", "polar", "complex", "prelu",
    "masked_scatter", "__getitem__",
}  # fmt: skip


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Two operands differ in a dimension where neither is 1."""
    name = facts.op(failure)
    in_place = name.endswith("_") and not name.endswith("__")
    if name.rstrip("_") not in _ELEMENTWISE and name not in _ELEMENTWISE:
        return None
    found = facts.tensors(failure)
    if name == "__getitem__":
        found = tuple((o, t) for o, t in found if o.name != "self" and t.dtype != "bool")
    for index, (second, other) in enumerate(found):
        for first, one in found[:index]:
            if one.shape is None or other.shape is None:
                continue
            broken = facts.broken_axes(one.shape, other.shape)
            if broken:
                back = broken[0][0] - max(len(one.shape), len(other.shape))
                subject = f"{both(failure, one, other)} does"
                if name == "__getitem__":
                    subject = f"the indices {tensor(one)} and {tensor(other)} do"
                sizes = ", ".join(f"dimension {axis} is {a} and {b}" for axis, a, b in broken)
                where = (*places.size_from(first, back), *places.size_from(second, back))
                return Told(f"{subject} not broadcast: {sizes}", where)
    if in_place and len(found) > 1:
        return _in_place(name, found)
    return None


def _in_place(name: str, found: tuple[tuple[wire.Operand, wire.TensorFact], ...]) -> Told | None:
    """The result is larger than the tensor it is to be written into."""
    (_, one), (second, other) = found[:2]
    if one.shape is None or other.shape is None:
        return None
    grown = len(other.shape) > len(one.shape) or any(
        a == 1 and b not in (1, None) for a, b in zip(reversed(one.shape), reversed(other.shape), strict=False)
    )
    if not grown:
        return None
    if other.shape[1:] == (1, 1) and second.span is None and len(one.shape) >= 3 and name == "sub_":
        channels = f"{other.shape[0]} channels, but the image {tensor(one)} has {one.shape[-3]}"
        message = f"the statistics {tensor(other)} are of {channels}"
        return Told(message, (*places.size_from(found[0][0], -3), *places.born(second)))
    message = f"{name} works in place, so {tensor(one)} keeps its shape and cannot take in {tensor(other)}"
    return Told(message, (*places.born(found[0][0]), *places.rank_from(second)))


RULE = Rule("broadcast-shape", "Operands of an elementwise operation do not broadcast.", check)
