"""Results whose shape only the data could tell: computed where it is known, else guessed, and marked so."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._pytree as pytree
from torch._subclasses import fake_tensor as fakes
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker.info import MENDED, ensure_info, known_values, no_dispatch, set_known
from shapewright.worker.oracle import filled, real, replay
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

_DATA_DEPENDENT = tuple(
    getattr(fakes, name)
    for name in (
        "DynamicOutputShapeException",
        "DataDependentOutputException",
        "UnsupportedOperatorException",
        "UnsupportedFakeTensorException",
    )
    if hasattr(fakes, name)
)


def is_data_dependent(error: BaseException) -> bool:
    """Whether a fake gave up because only the data could tell."""
    return isinstance(error, (*_DATA_DEPENDENT, NotImplementedError)) and not str(error).startswith('"')


def to_fake(value: Any, soft_like: Any = None) -> Any:
    """A real result as fakes, with the dimensions in which it differs from `soft_like` marked as guessed."""
    if isinstance(value, torch.Tensor):
        shape = [int(s) for s in value.shape]
        if isinstance(soft_like, torch.Tensor):
            if soft_like.dim() != value.dim():
                return Unknown()
            shape = [s if s == int(o) else MAGIC for s, o in zip(shape, soft_like.shape, strict=True)]
        with no_dispatch():
            return torch.empty(shape, dtype=value.dtype)
    if isinstance(value, (tuple, list)):
        others = (
            soft_like if isinstance(soft_like, (tuple, list)) and len(soft_like) == len(value) else [None] * len(value)
        )
        items = [to_fake(v, o) for v, o in zip(value, others, strict=True)]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)  # the named results of PyTorch (`values`, `indices`) take one sequence as well
    if type(value) is int and soft_like is not None and value != soft_like:
        return SoftInt(MAGIC)
    return value


def _zeros(tensor: torch.Tensor) -> torch.Tensor:
    return real(tensor, known_values)


def _ones(tensor: torch.Tensor) -> torch.Tensor:
    return filled(tensor, known_values)


def guess(func: Any, args: Any, kwargs: Any) -> Any:
    """The result of a call whose shape depends on data: computed where the values are known, else with
    the dimensions that differ between two fillings marked as guessed."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    with no_dispatch():
        if sum(t.numel() for t in tensors) > 1 << 22:
            return Unknown()
    first = replay(func, args, kwargs, _zeros)
    if first.result is NotImplemented or first.error is not None:
        second = replay(func, args, kwargs, _ones)
        if second.error is not None or second.result is NotImplemented:
            return Unknown()
        return _spread(to_fake(second.result))
    if all(known_values(t) is not None for t in tensors):
        result = to_fake(first.result)
        _share_values(result, first.result)
        return result
    second = replay(func, args, kwargs, _ones)
    if second.error is not None or second.result is NotImplemented:
        return _spread(to_fake(first.result))
    result = to_fake(first.result, second.result)
    _share_equal_values(result, first.result, second.result)
    return result


def in_graph(result: Any, tensors: list[torch.Tensor]) -> Any:
    """A result of our own making takes part in autograd where the real one would."""
    with no_dispatch():
        wanted = torch.is_grad_enabled() and any(t.requires_grad for t in tensors)
        items = result if isinstance(result, (tuple, list)) else (result,)
        for item in items if wanted else ():
            if isinstance(item, torch.Tensor) and item.is_floating_point():
                item.requires_grad_()
                ensure_info(item).mended = MENDED
    return result


def _share_equal_values(result: Any, first: Any, second: Any) -> None:
    """Integers alike for both fillings depend on no unknown value (the batch sizes of a packed sequence)."""
    for fake, one, other in zip(*(pytree.tree_leaves(v) for v in (result, first, second)), strict=False):
        if isinstance(fake, torch.Tensor) and isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
            with no_dispatch(), _disable_current_modes():
                same = (
                    not one.is_floating_point()
                    and one.shape == other.shape
                    and one.numel() <= 2048
                    and bool((one == other).all())
                )
            if same:
                set_known(fake, one)


def _spread(result: Any) -> Any:
    for leaf in pytree.tree_leaves(result):
        if isinstance(leaf, torch.Tensor):
            ensure_info(leaf).soft = True
    return result


def _share_values(result: Any, value: Any) -> None:
    for fake, actual in zip(pytree.tree_leaves(result), pytree.tree_leaves(value), strict=False):
        if isinstance(fake, torch.Tensor) and isinstance(actual, torch.Tensor) and actual.numel() <= 2048:
            set_known(fake, actual)
