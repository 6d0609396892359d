"""Tensors in the place of numbers: `x.view(h, w)` and `x.split([h, w])` take an integer that is a tensor as well.

A fake cannot say which number it is. One that is known becomes that number, any other one that nobody knows.
"""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.answers.table import outside
from shapewright.worker.info import known_values, no_dispatch
from shapewright.worker.unknown import MAGIC, SoftInt

RANK_LIMIT = 1024
_FIRST = frozenset(["zeros", "ones", "empty", "full", "rand", "randn", "linspace", "logspace", "eye"])
_AFTER = frozenset(
    (
        *("split", "split_with_sizes", "tensor_split", "chunk", "view", "reshape", "expand", "repeat", "narrow"),
        *("unflatten", "interpolate", "one_hot", "topk", "roll", "resize_", "new_zeros", "new_ones", "new_empty"),
        *("new_full", "pad", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "select"),
    )
)


def as_numbers(func: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """The arguments with numbers for tensors where the call takes numbers only."""
    name = getattr(func, "__name__", "")
    first = 0 if name in _FIRST else 1 if name in _AFTER else None
    if first is None or not any(map(_holds_one, (*args[first:], *kwargs.values()))):
        return args, kwargs
    return (*args[:first], *map(_number, args[first:])), {k: _number(v) for k, v in kwargs.items()}


def _holds_one(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        with no_dispatch():
            return value.dim() == 0 and value.dtype in (torch.int64, torch.int32)
    return type(value) in (list, tuple) and any(map(_holds_one, value))


def _number(value: Any) -> Any:
    if type(value) in (list, tuple):
        return type(value)(map(_number, value))
    if not _holds_one(value):
        return value
    known = known_values(value)
    return SoftInt(MAGIC) if known is None else outside(known.item)


def are_too_many(sizes: Any) -> bool:
    """Whether sizes were counted by a number that nobody knows: no tensor has so many dimensions."""
    return type(sizes) is tuple and len(sizes) > RANK_LIMIT and type(sizes[-1]) is int
