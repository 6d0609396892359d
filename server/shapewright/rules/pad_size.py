"""`pad-size`: a padding that does not fit the input."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """An odd count, more dimensions than there are, or a reflection of more than there is."""
    operand, given = facts.operand(failure, "input", "self"), facts.tensor(failure, "input", "self")
    pad = facts.ints(facts.argument(failure, "pad"))
    mode = facts.argument(failure, "mode") or "constant"
    if facts.op(failure) != "pad" or given is None or given.shape is None or pad is None:
        return None
    call_ = f"pad {pad}"
    if len(pad) % 2:
        return Told(f"{call_} wants two numbers for each dimension, from the last one, but has {len(pad)}")
    axes = len(pad) // 2
    there = plural(len(given.shape), "dimension")
    if axes > len(given.shape):
        return Told(
            f"{call_} is for {plural(axes, 'dimension')}, but {tensor(given)} has {there}", places.rank_from(operand)
        )
    if mode == "constant":
        return None
    if len(given.shape) not in (axes + 1, axes + 2):
        message = (
            f"{call_} with mode={mode!r} wants {axes + 1} or {axes + 2} dimensions, but {tensor(given)} has {there}"
        )
        return Told(message, places.rank_from(operand))
    for axis in range(1, axes + 1):
        size, most = given.shape[-axis], max(pad[2 * axis - 2], pad[2 * axis - 1])
        if size is not None and (most >= size if mode == "reflect" else most > size):
            wanted = f"{'more than' if mode == 'reflect' else 'at least'} {most} of dimension {len(given.shape) - axis}"
            message = f"{call_} with mode={mode!r} wants {wanted}, but {tensor(given)} has {size}"
            return Told(message, places.size_from(operand, -axis))
    return None


RULE = Rule("pad-size", "A padding does not fit the dimensions of the input.", check)
