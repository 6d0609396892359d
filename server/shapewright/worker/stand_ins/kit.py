"""What all stand-ins share: filling a module, errors of the real package, soft sizes, NumPy where there is one."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, TypeVar

import torch

from shapewright.worker.unknown import MAGIC, Unknown, is_soft_size

Names = Mapping[str, Any]
Modules = Mapping[str, Callable[[], Names]]
"""The modules of a package that have contents, with what fills them."""
REAL = "__sw_real__"
"""Mark of an exception that a stand-in raises because the real package does: it may be a finding. Any other exception
out of
a stand-in is a mistake of ours."""
E = TypeVar("E", bound=BaseException)


def real(error: E) -> E:
    """`error`, marked as one that the real package raises in this place."""
    setattr(error, REAL, True)
    return error


SURE = "__sw_sure__"


def sure(error: E) -> E:
    """`error`, marked as one that the real package raises, whatever the data are that nobody has read."""
    setattr(error, SURE, True)
    return real(error)


def is_sure(error: BaseException) -> bool:
    """Whether it was raised although its operands are Unknown."""
    return getattr(error, SURE, False) is True


def is_real(error: BaseException) -> bool:
    """Whether a stand-in raised it in the name of the real package."""
    return getattr(error, REAL, False) is True


def fill(module: ModuleType, names: Names, children: Iterable[str] = ()) -> None:
    """Give a module its names. A child is imported when it is asked for; whatever else is asked for is Unknown."""
    known = frozenset(children)

    def absent(name: str) -> Any:
        if name in known:
            return importlib.import_module(f"{module.__name__}.{name}")
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    vars(module).update(names)
    vars(module).setdefault("__version__", "0")
    vars(module)["__getattr__"] = absent


def named(module: str, *classes: type) -> None:
    """Let classes say that they come from the real package, for their `repr` and in messages."""
    for cls in classes:
        cls.__module__ = module


def numpy() -> Any:
    """NumPy, or None where it is not installed."""
    try:
        import numpy as np
    except ImportError:
        return None
    return np


def is_unknown(value: Any) -> bool:
    """Whether a value is Unknown itself."""
    return type(value) is Unknown


def soft(*sizes: Any) -> bool:
    """Whether any of the sizes is unknown, or made from an unknown one."""
    return any(type(size) is Unknown or is_soft_size(size) for size in sizes)


def size_or_magic(size: Any) -> int:
    """A size as torch can take it."""
    return MAGIC if soft(size) else int(size)


def tensor(shape: Iterable[Any], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A tensor of this shape with no known values."""
    return torch.empty(tuple(size_or_magic(s) for s in shape), dtype=dtype)


def pattern_array(shape: tuple[int, ...], dtype: str = "uint8", low: int = 0, high: int = 256) -> Any:
    """A NumPy array of integers from `low` to `high`, which look like data: not all alike,
    and the same each time. A large one
    repeats itself along the first dimension without taking memory."""
    np = numpy()
    if np is None or any(soft(s) for s in shape):
        return Unknown("array")
    count = math.prod(shape)
    if not count:
        return np.zeros(shape, dtype)
    first = math.prod(shape[1:])
    whole = count <= 1 << 22
    rows = np.arange(count if whole else first, dtype=np.int64)
    values = ((rows * 7919 + rows // 97 * 31) % (high - low) + low).astype(dtype)
    if whole:
        return values.reshape(shape)
    one = np.ascontiguousarray(values.reshape(shape[1:]))
    return np.lib.stride_tricks.as_strided(one, shape, (0, *one.strides), writeable=True)


def torch_dtype(name: str) -> torch.dtype:
    """The torch dtype of a NumPy dtype's name."""
    return getattr(torch, {"bool_": "bool"}.get(name, name))


__all__ = ["MAGIC", "Unknown"]
