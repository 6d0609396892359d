"""The operands of a failing call, drawn so that their dimensions stand below each other. Pure text.

input   f32[1, 1, 28, 28]
weight  f32[16, 3, 3, 3]
wanted     [·, 3,  ·,  ·]
               ^
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from shapewright import show, wire

_ANY = "·"
_ALIGNED = frozenset(
    {
        *(
            "add",
            "sub",
            "mul",
            "div",
            "pow",
            "rsub",
            "where",
            "lerp",
            "maximum",
            "minimum",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
        ),
        *(
            "ge",
            "true_divide",
            "floor_divide",
            "remainder",
            "fmod",
            "addcmul",
            "addcdiv",
            "atan2",
            "__add__",
            "__sub__",
        ),
        *("__mul__", "__truediv__", "__iadd__", "__isub__", "__imul__", "__radd__", "__rsub__", "__rmul__", "__pow__"),
        *(
            "mse_loss",
            "l1_loss",
            "smooth_l1_loss",
            "huber_loss",
            "binary_cross_entropy",
            "add_",
            "sub_",
            "mul_",
            "div_",
        ),
        "binary_cross_entropy_with_logits",
    }
)
_PRODUCTS = frozenset({"matmul", "mm", "bmm", "mv", "__matmul__", "__rmatmul__"})


@dataclass(frozen=True)
class _Row:
    name: str
    dtype: str
    dims: tuple[str, ...] | None


def picture(failure: wire.Failure) -> str:
    """The picture, or an empty text where there is nothing to align."""
    known = [(o.name, o.value.tensor) for o in failure.operands if o.value.tensor is not None]
    if not known:
        return ""
    rows = [_Row(name, show.dtype_text(fact.dtype), show.dims(fact)) for name, fact in known]
    wanted = _wanted(failure, known)
    if wanted is not None:
        rows.append(_Row("wanted", "", wanted[1]))
    return _drawn(rows, _marks(failure, rows, wanted))


def _wanted(failure: wire.Failure, known: Sequence[tuple[str, wire.TensorFact]]) -> tuple[int, tuple[str, ...]] | None:
    """Which operand is measured, and what each of its dimensions should be."""
    shape = known[0][1].shape
    if shape is None:
        return None
    settings = failure.module.settings if failure.module else {}
    name = show.short_name(failure.module.type if failure.module else failure.op)
    weight = next((fact.shape for operand, fact in known if operand == "weight"), None)
    channels = _number(settings.get("in_channels"))
    if channels is None and name.startswith("conv") and weight is not None and "transpose" not in name:
        groups = _number(failure.arguments.get("groups")) or 1
        channels = weight[1] * groups if len(weight) > 1 and weight[1] is not None else None
    for letter in "123":
        if f"{letter}d" in name and "onv" in name and channels is not None:
            return _at(shape, len(shape) - 1 - int(letter), channels)
    if ("atch" in name and "orm" in name) or name.startswith("InstanceNorm"):
        return _at(shape, 1, _number(settings.get("num_features")))
    if name in ("Linear", "linear"):
        features = _number(settings.get("in_features")) or (weight[-1] if weight else None)
        return _at(shape, len(shape) - 1, features)
    if name in ("LSTM", "GRU", "RNN"):
        return _at(shape, len(shape) - 1, _number(settings.get("input_size")))
    if name in _PRODUCTS and len(known) > 1:
        other = known[1][1].shape
        if other:
            return _at(shape, len(shape) - 1, other[max(len(other) - 2, 0)])
    return None


def _at(shape: Sequence[int | None], index: int, size: int | None) -> tuple[int, tuple[str, ...]] | None:
    if size is None or not 0 <= index < len(shape):
        return None
    return 0, tuple(str(size) if position == index else _ANY for position in range(len(shape)))


def _number(text: str | None) -> int | None:
    try:
        value = ast.literal_eval(text) if text else None
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, int) else None


def _marks(failure: wire.Failure, rows: Sequence[_Row], wanted: tuple[int, tuple[str, ...]] | None) -> frozenset[int]:
    """The columns that disagree, counted from the right, from 1."""
    if wanted is not None:
        given = rows[wanted[0]].dims or ()
        size = len(given)
        return frozenset(size - i for i, (a, b) in enumerate(zip(given, wanted[1], strict=True)) if b not in (_ANY, a))
    if show.short_name(failure.op) not in _ALIGNED or len(rows) < 2:
        return frozenset()
    marks: set[int] = set()
    for column in range(1, max(len(row.dims or ()) for row in rows) + 1):
        sizes = {row.dims[-column] for row in rows if row.dims and len(row.dims) >= column}
        if len(sizes - {"1", "?"}) > 1:
            marks.add(column)
    return frozenset(marks)


def _drawn(rows: Sequence[_Row], marks: frozenset[int]) -> str:
    names = max(len(row.name) for row in rows)
    dtypes = max(len(row.dtype) for row in rows)
    count = max(len(row.dims or ()) for row in rows)
    widths = [
        max((len(row.dims[-column]) for row in rows if row.dims and len(row.dims) >= column), default=1)
        for column in range(count, 0, -1)
    ]
    lines: list[str] = []
    for row in rows:
        head = f"{row.name:<{names}}  {row.dtype:>{dtypes}}"
        if row.dims is None:
            lines.append(f"{head}[…]")
            continue
        missing = count - len(row.dims)
        cells = [f"{cell:>{width}}" for cell, width in zip(row.dims, widths[missing:], strict=True)]
        lines.append(head + " " * sum(width + 2 for width in widths[:missing]) + "[" + ", ".join(cells) + "]")
    if marks:
        line = " " * (names + 2 + dtypes + 1)
        for column, width in zip(range(count, 0, -1), widths, strict=True):
            line += ("^" * width if column in marks else " " * width) + "  "
        lines.append(line.rstrip())
    return "\n".join(lines)
