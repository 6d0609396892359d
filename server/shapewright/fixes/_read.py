"""Reading a failure by name. An unknown is None."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from shapewright import show, wire

Shape = tuple["int | None", ...]

_OPERATORS = {
    f"__{prefix}{name}__": {"truediv": "div", "floordiv": "floor_divide"}.get(name, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "matmul", "pow", "and", "or", "xor")
    for prefix in ("", "r", "i")
} | {f"__{name}__": name for name in ("eq", "ne", "lt", "le", "gt", "ge")}

PARAMETERS = frozenset({"weight", "bias", "running_mean", "running_var", "in_proj_weight", "in_proj_bias"})
FLOATS = ("float32", "float64", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")


def op(failure: wire.Failure) -> str:
    """The last part of the operation's name, operators and their in-place forms by the name of the function."""
    name = show.short_name(failure.op)
    name = _OPERATORS.get(name, name)
    return name[:-1] if name.endswith("_") and not name.startswith("_") else name


def cause(failure: wire.Failure) -> str:
    """`shape`, `dtype`, `value`, `device`, `python`, or nothing."""
    return failure.facts.get("cause", "")


def operand(failure: wire.Failure, *names: str) -> wire.Operand | None:
    """The first operand with one of the names."""
    return next((o for name in names for o in failure.operands if o.name == name), None)


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


def literal(text: str | None) -> Any:
    """The Python value that a text spells; None where it spells none."""
    if text is None:
        return None
    if text.startswith("torch.Size(") and text.endswith(")"):
        text = text[len("torch.Size(") : -1]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def argument(failure: wire.Failure, *names: str) -> Any:
    """The value of the first argument with one of the names."""
    return next((literal(failure.arguments[name]) for name in names if name in failure.arguments), None)


def setting(failure: wire.Failure, name: str) -> Any:
    """What the layer's constructor stored under a name."""
    return literal(failure.module.settings.get(name)) if failure.module else None


def product(sizes: Iterable[int | None]) -> int | None:
    """The number of elements; None where a size is not known."""
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def bounds(found: wire.Operand | None) -> tuple[float, float] | None:
    """The least and the greatest value of an operand, where its values are known."""
    if found is None or ".." not in found.value.text:
        return None
    low, _, high = found.value.text.partition("..")
    try:
        return float(low), float(high)
    except ValueError:
        return None


def sizes(shape: Iterable[int | None]) -> str:
    """`[2, 3]`."""
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


def words(text: str) -> tuple[str, ...]:
    """Names written one behind the other."""
    return tuple(text.split())
