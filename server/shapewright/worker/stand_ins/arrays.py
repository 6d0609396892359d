"""NumPy meets what NumPy cannot take: Unknown, and pictures of unknown size, become Unknown and no object array."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.info import is_soft
from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import Unknown, soft
from shapewright.worker.stand_ins.unread import arrays as unread
from shapewright.worker.unknown import SoftInt
from shapewright.worker.unsized import is_unsized

_MAKERS = ("array", "asarray", "ascontiguousarray", "asanyarray", "asfarray", "atleast_1d", "atleast_2d", "atleast_3d")
_JOINED = ("concatenate", "stack", "vstack", "hstack", "column_stack")
_SIZED = ("zeros", "ones", "empty", "full", "arange", "eye", "identity", "linspace")


def patches() -> list[tuple[Any, str, Any]]:
    """What to replace in NumPy for the time of a run."""
    np = kit.numpy()
    if np is None:
        return []
    made = [(np, name, _guarded(getattr(np, name), _unusable)) for name in _MAKERS if hasattr(np, name)]
    made += [(np, name, _guarded(getattr(np, name), _unknown_many)) for name in _JOINED]
    made += [(np, name, _guarded(getattr(np, name), _unsized)) for name in _SIZED]
    made += [(np, name, unread.loading(getattr(np, name))) for name in ("loadtxt", "genfromtxt")]
    random = np.random
    names = (
        "rand",
        "randn",
        "randint",
        "random",
        "normal",
        "uniform",
        "choice",
        "permutation",
        "random_sample",
        "standard_normal",
    )
    return made + [(random, name, _guarded(getattr(random, name), _unsized)) for name in names]


def _guarded(plain: Any, refuses: Any) -> Any:
    def make(*args: Any, **kwargs: Any) -> Any:
        if any(map(refuses, args)) or any(map(refuses, kwargs.values())):
            return _unread(args, kwargs) if refuses is _unusable else Unknown("array")
        return plain(*args, **kwargs)

    make.__name__ = getattr(plain, "__name__", "make")
    return make


def _unread(args: Any, kwargs: Any) -> Unknown:
    array = unread.as_array(args[0]) if args else None
    if array is None:
        return Unknown("array")
    dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None)
    return array.unknown() if dtype is None else array.unknown().astype(dtype)


def _unknown_many(value: Any) -> bool:
    return type(value) is Unknown or is_unsized(value)


def _unusable(value: Any, depth: int = 2) -> bool:
    kind = type(value)
    if kind is Unknown or kind is SoftInt or is_unsized(value):
        return True
    if isinstance(value, torch.Tensor):
        return is_soft(value)
    if isinstance(value, pil.ImageMethods):
        return soft(*value.size) or value.mode is pil.ANY_MODE
    return depth > 0 and kind in (list, tuple) and any(_unusable(item, depth - 1) for item in value[:64])


def _unsized(value: Any) -> bool:
    """Unknown, or an unknown size: an array of it could not be had."""
    kind = type(value)
    return (
        kind is Unknown
        or kind is SoftInt
        or (kind in (list, tuple) and any(type(item) in (Unknown, SoftInt) for item in value[:64]))
    )
