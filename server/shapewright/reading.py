"""Reading a failure by name: what rules and fixes share. An unknown is None."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from shapewright import wire

OPERATORS = {
    f"__{prefix}{name}__": {"truediv": "div", "floordiv": "floor_divide"}.get(name, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "matmul", "pow", "and", "or", "xor")
    for prefix in ("", "r", "i")
} | {f"__{name}__": name for name in ("eq", "ne", "lt", "le", "gt", "ge")}
"""Operators by the name of the function, their turned and in-place forms alike."""


def operand(failure: wire.Failure, *names: str) -> wire.Operand | None:
    """The first operand with one of the names."""
    return next((o for name in names for o in failure.operands if o.name == name), None)


def literal(text: str | None) -> Any:
    """The Python value that a text spells; None where it spells none. `torch.Size([2, 3])` is a list."""
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
