"""Reading a failure by name. An unknown is None."""

from __future__ import annotations

from collections.abc import Iterable

from shapewright import show, wire
from shapewright.reading import OPERATORS
from shapewright.reading import argument as argument
from shapewright.reading import bounds as bounds
from shapewright.reading import literal as literal
from shapewright.reading import operand as operand
from shapewright.reading import product as product
from shapewright.reading import setting as setting

Shape = tuple["int | None", ...]

PARAMETERS = frozenset({"weight", "bias", "running_mean", "running_var", "in_proj_weight", "in_proj_bias"})
FLOATS = ("float32", "float64", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")


def op(failure: wire.Failure) -> str:
    """The last part of the operation's name, operators and their in-place forms by the name of the function."""
    name = show.short_name(failure.op)
    name = OPERATORS.get(name, name)
    return name[:-1] if name.endswith("_") and not name.startswith("_") else name


def cause(failure: wire.Failure) -> str:
    """`shape`, `dtype`, `value`, `device`, `python`, or nothing."""
    return failure.facts.get("cause", "")


def tensor(found: wire.Operand | None) -> wire.TensorFact | None:
    """The tensor of an operand."""
    return found.value.tensor if found is not None else None


def shape(found: wire.Operand | None) -> Shape | None:
    """The shape of an operand."""
    fact = tensor(found)
    return fact.shape if fact is not None else None


def dtype(found: wire.Operand | None) -> str | None:
    """The dtype of an operand."""
    fact = tensor(found)
    return fact.dtype if fact is not None else None


def inputs(failure: wire.Failure) -> tuple[wire.Operand, ...]:
    """The tensor operands that are no parameters of the layer."""
    own = PARAMETERS if failure.module is not None else frozenset[str]()
    return tuple(o for o in failure.operands if o.value.tensor is not None and o.name not in own)


def listed(failure: wire.Failure) -> tuple[wire.Operand, ...]:
    """The operands that came in a list."""
    return tuple(o for o in failure.operands if "[" in o.name and o.value.tensor is not None)


def sizes(shape: Iterable[int | None]) -> str:
    """`[2, 3]`."""
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


def words(text: str) -> tuple[str, ...]:
    """Names written one behind the other."""
    return tuple(text.split())
