"""The words of PyTorch for a failing call: its name, its parameters, its arguments and what it said."""

from __future__ import annotations

import inspect
import re
from typing import Any

from torch.overrides import get_testing_overrides, resolve_name

from shapewright.worker.unknown import is_soft_size


def quoted(text: str) -> str:
    """PyTorch's words as they are with real tensors, with sizes that nobody knows as `?`."""
    text = re.sub(r"\bFakeTensor\b", "Tensor", text)
    text = re.sub(r"\d{4,}", lambda m: "?" if is_soft_size(int(m[0])) else m[0], text)
    return text if len(text) < 1500 else text[:1500] + "…"


def short(value: Any) -> str:
    """An argument as text, in one line and not too long."""
    if type(value).__name__ in {"Unknown", "SoftInt"}:
        return "?"
    if isinstance(value, (list, tuple)) and len(value) > 8:
        return f"{type(value).__name__} of {len(value)}"
    try:
        text = repr(value)
    except Exception:
        return type(value).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def operation(func: Any) -> str:
    """The dotted name of a torch function."""
    name = resolve_name(func)
    return name or f"torch.{getattr(func, '__name__', func)}"


_signatures: dict[Any, list[str]] = {}


def signature_names(function: Any, count: int) -> list[str]:
    """The positional parameters of a function, as many as it was given arguments."""
    try:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind in (0, 1)]
    except (TypeError, ValueError):
        names = []
    return names + [f"argument {i + 1}" for i in range(len(names), max(count, len(names)))]


def parameter_names(func: Any, count: int) -> list[str]:
    """The positional parameters of a torch function, as PyTorch's own list of overridable functions has them."""
    if func not in _signatures:
        _signatures[func] = signature_names(get_testing_overrides().get(func, func), 0)
    names = _signatures[func]
    return names + [f"argument {i + 1}" for i in range(len(names), max(count, len(names)))]
