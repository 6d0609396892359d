"""Where the wrong number, dtype or device was born: back along the history of an operand."""

from __future__ import annotations

from collections.abc import Callable

from shapewright import show, wire
from shapewright.rules._text import named
from shapewright.rules.rule import Place

_PARAMETERS = ("weight", "bias", "running_mean", "running_var")


def size_from(operand: wire.Operand | None, axis: int) -> tuple[Place, ...]:
    """The step that gave the operand its size along `axis`."""

    def same(fact: wire.TensorFact) -> int | None:
        known = fact.shape is not None and -len(fact.shape) <= axis < len(fact.shape)
        return fact.shape[axis] if known and fact.shape is not None else None

    return _since(operand, same, "the size")


def rank_from(operand: wire.Operand | None) -> tuple[Place, ...]:
    """The step that gave the operand its number of dimensions."""
    return _since(operand, lambda fact: None if fact.shape is None else len(fact.shape), "the number of dimensions")


def shape_from(operand: wire.Operand | None, other: wire.Operand | None) -> tuple[Place, ...]:
    """The step that made an operand differ from another: in its number of dimensions, or in the size of one."""
    one, two = (o.value.tensor if o is not None else None for o in (operand, other))
    if one is None or two is None or one.shape is None or two.shape is None or len(one.shape) != len(two.shape):
        return rank_from(operand)
    pairs = enumerate(zip(one.shape, two.shape, strict=True))
    return next((size_from(operand, axis) for axis, (a, b) in pairs if a != b), born(operand))


def dtype_from(operand: wire.Operand | None) -> tuple[Place, ...]:
    """The step that gave the operand its dtype."""
    return _since(operand, lambda fact: fact.dtype, "the dtype")


def born(operand: wire.Operand | None) -> tuple[Place, ...]:
    """Where the operand began."""
    if operand is None or not operand.history:
        return ()
    step = operand.history[-1]
    return (Place(step.span, f"{named(operand.name)} begins here as {show.value_text(step.value)}"),)


def made_by(operand: wire.Operand | None, op: str) -> tuple[Place, ...]:
    """The nearest step of that name in the life of an operand."""
    steps = (step for step in (operand.history if operand is not None else ()) if step.op == op)
    return tuple(Place(step.span, f"{_call(step.op)} makes {show.value_text(step.value)} here") for step in steps)[:1]


def births(failure: wire.Failure) -> tuple[Place, ...]:
    """Where each operand began, but for the layer's own parameters."""
    own = _PARAMETERS if failure.module is not None else ()
    return tuple(place for o in failure.operands if o.name not in own for place in born(o))


def layer(failure: wire.Failure) -> tuple[Place, ...]:
    """Where the layer is made."""
    span = failure.module and (failure.module.declared or failure.module.birth)
    if failure.module is None or span is None:
        return ()
    return (Place(span, f"{show.module_text(failure.module)} is made here"),)


def _since(operand: wire.Operand | None, read: Callable[[wire.TensorFact], object], what: str) -> tuple[Place, ...]:
    if operand is None or operand.value.tensor is None or not operand.history:
        return ()
    wanted = read(operand.value.tensor)
    found = 0
    for number, step in enumerate(operand.history):
        if step.value.tensor is None or read(step.value.tensor) != wanted:
            break
        found = number
    step = operand.history[found]
    made = f"{_call(step.op)} makes {show.value_text(step.value)}"
    if found + 1 < len(operand.history):
        made += f" of {show.value_text(operand.history[found + 1].value)}"
    place = Place(step.span, f"{what} comes from here: {made}")
    if what == "the size" and step.layer is not None:
        return (place, Place(step.layer, "the layer that gives it is made here"))
    if what == "the dtype" and step.other is not None:
        return (place, Place(step.other, "what has this dtype is made here"))
    return (place,)


def _call(name: str) -> str:
    return {"__getitem__": "indexing", "__get__": "this"}.get(name, name.strip("_"))
