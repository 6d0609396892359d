"""The small tables of a hover, as Markdown: a tensor in one row, a module's parameters, the items of a tuple."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shapewright import show, wire

_ROWS = 8
_BITS = {"bool": 8, "complex32": 32, "complex64": 64, "complex128": 128, "bfloat16": 16}


def of_value(held: wire.Value) -> str:
    """What is to be said of a value besides its shape; empty where there is nothing."""
    if held.tensor is not None:
        return _of_tensor(held, held.tensor)
    if held.kind in ("sequence", "mapping") and len(held.items) > 1 and show.holds_tensor(held):
        names = held.keys if held.kind == "mapping" else [f"[{index}]" for index in range(len(held.items))]
        rows = [(_code(name), _code(show.value_text(item))) for name, item in zip(names, held.items, strict=False)]
        return table(("item", "value"), rows)
    return ""


def of_parameters(module: wire.ModuleFact) -> str:
    """The parameters that a module has itself, those of its children left out."""
    rows = [
        (_code(name), _code(show.tensor_text(fact)), _count(fact.shape)) for name, fact in module.parameters.items()
    ]
    return table(("parameter", "shape", "elements"), rows) if rows else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; of many rows the first ones."""
    rest = len(rows) - _ROWS
    shown = [*rows[:_ROWS], *([("…", *([""] * (len(head) - 1)))] if rest > 0 else [])]
    lines = [head, ["---"] * len(head), *shown]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of_tensor(held: wire.Value, tensor: wire.TensorFact) -> str:
    cells = {
        "dtype": _code(tensor.dtype) if tensor.dtype else "unknown",
        "device": "NumPy" if held.kind == "array" else _code(tensor.device),
        "elements": _count(tensor.shape),
        "memory": _memory(tensor),
        "gradient": "required" if tensor.requires_grad else "",
    }
    told = {name: cell for name, cell in cells.items() if cell}
    return table(tuple(told), [tuple(told.values())])


def _count(shape: Sequence[int | None] | None) -> str:
    if shape is None or None in shape:
        return ""
    return show.count_text(math.prod(size or 0 for size in shape))


def _memory(tensor: wire.TensorFact) -> str:
    if tensor.dtype is None or tensor.shape is None or None in tensor.shape:
        return ""
    digits = "".join(c for c in tensor.dtype.partition("_")[0] if c.isdigit())
    bits = _BITS.get(tensor.dtype) or (int(digits) if digits else 0)
    size = math.prod(s or 0 for s in tensor.shape) * bits / 8
    if not bits:
        return ""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"
