"""`view-size`: a new shape with another number of elements."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, product, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The elements do not fill the shape."""
    name = show.short_name(failure.op)
    given = facts.tensor(failure, "self", "input")
    if name not in ("view", "reshape", "_reshape_alias") or given is None or given.shape is None:
        return None
    wanted, total = facts.integers(failure), facts.product(given.shape)
    if not wanted or total is None:
        return None
    call = f"{name}({', '.join(map(str, wanted))})"
    operand = facts.operand(failure, "self", "input")
    if sum(size == -1 for size in wanted) > 1:
        return Told(f"{call} leaves more than one size open; only one may be -1")
    fixed = facts.product(size for size in wanted if size != -1) or 0
    if -1 in wanted and fixed and total % fixed:
        message = f"{call} wants a multiple of {fixed} elements but {tensor(given)} has {total}{_sample(wanted, given)}"
        return Told(message, places.size_from(operand, -1))
    if -1 not in wanted and fixed != total:
        message = f"{call} makes {plural(fixed, 'element')} but {tensor(given)} has {total}{_sample(wanted, given)}"
        return Told(message, places.size_from(operand, -1))
    return None


def _sample(wanted: tuple[int, ...], given: wire.TensorFact) -> str:
    """How large one sample is, where the first dimension is kept."""
    rest = (given.shape or ())[1:]
    kept = wanted[0] == -1 or (given.shape and wanted[0] == given.shape[0])
    if not kept or not rest or facts.product(rest) is None:
        return ""
    return f" ({product(rest)} in each row)"


RULE = Rule("view-size", "A tensor is given a shape with another number of elements.", check)
