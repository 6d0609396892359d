"""Reading a failure: its operands, arguments and settings by name. An unknown is None, and never enough to accuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from shapewright import show, wire
from shapewright.reading import OPERATORS
from shapewright.reading import argument as argument
from shapewright.reading import bounds as bounds
from shapewright.reading import literal as literal
from shapewright.reading import operand as operand
from shapewright.reading import product as product
from shapewright.reading import setting as setting

Shape = tuple["int | None", ...]

FLOATS = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64")
COMPLEX = ("complex128", "complex64", "complex32")


def op(failure: wire.Failure) -> str:
    """The last part of the operation's name; `add` for `__add__`, `__radd__` and `__iadd__` alike."""
    name = show.short_name(failure.op)
    return OPERATORS.get(name, name)


def tensor(failure: wire.Failure, *names: str) -> wire.TensorFact | None:
    """The tensor of the first operand with one of the names."""
    found = operand(failure, *names)
    return found.value.tensor if found else None


def shape(failure: wire.Failure, *names: str) -> Shape | None:
    """The shape of the first operand with one of the names."""
    found = tensor(failure, *names)
    return found.shape if found else None


def tensors(failure: wire.Failure) -> tuple[tuple[wire.Operand, wire.TensorFact], ...]:
    """The operands that are tensors."""
    return tuple((o, o.value.tensor) for o in failure.operands if o.value.tensor is not None)


def listed(failure: wire.Failure, name: str) -> tuple[tuple[wire.Operand, wire.TensorFact], ...]:
    """The tensors of a list operand: `tensors[0]`, `tensors[1]`, …"""
    return tuple((o, t) for o, t in tensors(failure) if o.name.startswith(f"{name}["))


def ints(value: Any) -> tuple[int, ...] | None:
    """A whole number, or a sequence of nothing else, as a tuple."""
    items = cast("Sequence[Any]", value) if isinstance(value, (list, tuple)) else (value,)
    found = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))
    return found if len(found) == len(items) else None


def integers(failure: wire.Failure) -> tuple[int, ...] | None:
    """The whole numbers that a call was given one by one or in a sequence, in order: the sizes of a view."""
    found: list[int] = []
    for text in failure.arguments.values():
        items = ints(literal(text))
        if items is None:
            return None
        found += items
    return tuple(found)


def per_axis(value: Any, rank: int) -> tuple[int, ...] | None:
    """A setting that is one number or one for each axis."""
    items = ints(value)
    if items is None:
        return None
    return items * rank if len(items) == 1 else items if len(items) == rank else None


def differ(one: int | None, other: int | None) -> bool:
    """Whether two sizes are known and not the same."""
    return one is not None and other is not None and one != other


def broken_axes(one: Shape, other: Shape) -> tuple[tuple[int, int | None, int | None], ...]:
    """The dimensions, counted in the longer of two shapes, in which they do not broadcast, each with both sizes."""
    rank = max(len(one), len(other))
    first, second = (1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other
    sizes = enumerate(zip(first, second, strict=True))
    return tuple((axis, a, b) for axis, (a, b) in sizes if differ(a, b) and 1 not in (a, b))
