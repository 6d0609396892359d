"""Sizes made from an unknown one: which dimensions of a result they are, found by asking with another unknown size."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._pytree as pytree

from shapewright.worker.info import info_of, no_dispatch
from shapewright.worker.unknown import MAGIC
from shapewright.worker.unsized import is_unsized

_ALONG = ("cat", "concat", "concatenate", "stack")
OTHER = 7907
"""Another prime: what depends on the unknown size comes out different with it."""


def opened(func: Any, args: Any, kwargs: Any, result: Any, tensors: list[torch.Tensor]) -> Any:
    """`result`, with every dimension that was computed from an unknown size unknown itself.

    It is left as it is where no size of it needs that, or where the other answer does not compare.
    """
    if not isinstance(result, torch.Tensor):
        return result
    if args and is_unsized(args[0]):
        return _counted(func, args, kwargs, result)
    with no_dispatch():
        if not any(_is_guess(s) for t in tensors for s in t.shape) or result.layout != torch.strided:
            return result
        explained = {int(s) for t in tensors for s in t.shape} | {0, 1}
        if all(s in explained or s % MAGIC == 0 for s in result.shape):
            return result
        if any((info := info_of(t)) is not None and info.soft for t in tensors):
            return result
        try:
            other_args, other_kwargs = pytree.tree_map(_other, (args, kwargs))
            other = func(*other_args, **other_kwargs)
        except Exception:
            return result
        if not isinstance(other, torch.Tensor) or other.dim() != result.dim():
            return result
        return _made([int(a) if a == b else MAGIC for a, b in zip(result.shape, other.shape, strict=True)], result)


def _made(shape: list[int], like: torch.Tensor) -> torch.Tensor:
    made = torch.empty(shape, dtype=like.dtype)
    return made.requires_grad_() * 1 if like.requires_grad and torch.is_grad_enabled() else made


def _counted(func: Any, args: Any, kwargs: Any, result: torch.Tensor) -> torch.Tensor:
    """What was made of a list of unknown length: unknown is the dimension along which its items lie."""
    name = getattr(func, "__name__", "")
    with no_dispatch():
        rank = result.dim()
        if not rank:
            return result
        given = kwargs.get("dim", kwargs.get("axis", args[1] if len(args) > 1 and name in _ALONG else 0))
        along = given if type(given) is int and -rank <= given < rank else 0
        if name == "pad_sequence":
            along = 0 if (*args, *kwargs.values())[1:2] == (True,) else 1
        elif name in ("hstack", "column_stack"):
            along = 1 if rank > 1 else 0
        shape = [int(s) for s in result.shape]
        shape[along] = MAGIC
        return _made(shape, result)


def _is_guess(size: int) -> bool:
    return size >= MAGIC and size % MAGIC == 0


def _swapped(size: int) -> int:
    rest = 1
    while size and size % MAGIC == 0:
        size, rest = size // MAGIC, rest * OTHER
    return size * rest


def _other(leaf: Any) -> Any:
    """The argument with the other unknown size in the place of ours."""
    if isinstance(leaf, torch.Tensor) and any(_is_guess(int(s)) for s in leaf.shape):
        return torch.empty([_swapped(int(s)) for s in leaf.shape], dtype=leaf.dtype)
    return _swapped(leaf) if type(leaf) is int and _is_guess(leaf) else leaf
