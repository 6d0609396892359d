"""Calls that ask a tensor for its values: known ones are given, placeholders stand for the others."""

from __future__ import annotations

import os
import sys
from typing import Any

import torch

from shapewright.worker.answers.table import PASS, answers, outside, placeholder
from shapewright.worker.info import info_of, is_soft, known_values, no_dispatch, sample_values
from shapewright.worker.oracle import replay
from shapewright.worker.stand_ins import unread
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

_T = torch.Tensor
_OWN = os.path.dirname(os.path.dirname(__file__))


@answers(_T.item, _T.__bool__, _T.__int__, _T.__float__, _T.__index__, _T.__complex__, _T.is_nonzero, torch.is_nonzero)
def _item(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor = args[0]
    asks_truth = func in (_T.__bool__, _T.is_nonzero, torch.is_nonzero)
    known = known_values(tensor) if asks_truth else sample_values(tensor)  # a drawn number is as good as another
    with no_dispatch():
        count, dtype = tensor.numel(), tensor.dtype
    if count != 1 or (func is _T.__index__ and (dtype.is_floating_point or dtype.is_complex)):
        if is_soft(tensor):
            return True if func is _T.__bool__ else placeholder(dtype)
        verdict = replay(func, args, kwargs) if count < 1 << 20 else None
        if verdict is not None and verdict.error is not None:
            result = tracer.failed(func, args, kwargs, [tensor], verdict.error, confirmed=True)
            if func is _T.__bool__:
                return True
            if func in (_T.__int__, _T.__index__):
                return SoftInt(MAGIC)
            return result if isinstance(result, (int, float, bool)) else placeholder(dtype)
    if known is not None:
        return outside(lambda: func(known))
    if asks_truth:
        return not _asked_again(tracer.state)
    if func in (_T.__int__, _T.__index__):
        return SoftInt(MAGIC)
    return 0.5 if func is _T.__float__ else placeholder(dtype)


PATIENCE = 8
"""A library's loop whose end depends on values that nobody knows goes round this often."""


def _asked_again(state: Any) -> bool:
    """Whether the truth of unknown values was asked for often enough at the same place of one call.

    The analysed code's own loops are bounded where they stand; those of libraries, which draw until all samples fit,
    are not.
    """
    frame = sys._getframe(3)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    if state.places.is_workspace(frame):
        return False
    asked, counts = state.branches.get("truth", (None, {}))
    if asked is not frame:  # held, since the id of a frame that is gone is soon that of another
        state.branches["truth"] = asked, counts = frame, {}
    counts[frame.f_lasti] = counts.get(frame.f_lasti, 0) + 1
    return counts[frame.f_lasti] % PATIENCE == 0


UNKNOWN_LENGTH = 3
"""Items in a list made from a dimension of unknown size."""


@answers(_T.tolist)
def _tolist(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = sample_values(args[0])
    if known is not None:
        return outside(known.tolist)
    with no_dispatch():
        shape, dtype, count = tuple(args[0].shape), args[0].dtype, args[0].numel()
    if count > 1 << 18:
        return Unknown()

    def nested(sizes: tuple[int, ...]) -> Any:
        return (
            placeholder(dtype)
            if not sizes
            else [nested(sizes[1:]) for _ in range(sizes[0] if sizes[0] % MAGIC or not sizes[0] else UNKNOWN_LENGTH)]
        )

    return nested(shape)


@answers(_T.numpy, _T.__array__)
def _numpy(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor = args[0]
    with no_dispatch():
        grad = tensor.requires_grad and not kwargs.get("force")
        shape, dtype, count = tuple(tensor.shape), tensor.dtype, tensor.numel()
    info = info_of(tensor)
    if grad:
        refusal = RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        tracer.failed(func, args, kwargs, [tensor], refusal, confirmed=True)
    elif info is not None and info.device not in (None, "meta") and not kwargs.get("force"):
        refusal = TypeError(
            f"can't convert {info.device} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )
        tracer.failed(func, args, kwargs, [tensor], refusal, confirmed=True)
    if func is _T.numpy and is_soft(tensor):  # no array of NumPy's has sizes that nobody knows
        array = unread.of_tensor(tensor)
        return Unknown("array") if array is None else array.unknown()
    known = sample_values(tensor)

    def make() -> Any:
        source = (
            known
            if known is not None
            else torch.zeros((), dtype=dtype).expand(shape)
            if count > 1 << 24
            else torch.zeros(shape, dtype=dtype)
        )
        array = source.numpy(force=True)
        if func is _T.__array__ and len(args) > 1 and args[1] is not None:
            return array.astype(args[1])
        return array

    try:
        return outside(make)
    except (RuntimeError, TypeError) as error:  # a dtype that NumPy does not have
        tracer.failed(func, args, kwargs, [tensor], error, confirmed=True)
        return Unknown()


@answers(_T.__repr__, _T.__format__)
def _text(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = sample_values(args[0])
    with no_dispatch():
        number = args[0].dim() == 0
    if func is _T.__format__ and not number and len(args) > 1 and args[1]:
        error = TypeError("unsupported format string passed to Tensor.__format__")
        tracer.failed(func, args, kwargs, [args[0]], error, confirmed=True)
        return "tensor(...)"
    if known is not None:
        return outside(lambda: func(known, *args[1:], **kwargs))
    if func is _T.__format__:
        return (
            format(0.5, args[1])
            if number and len(args) > 1 and args[1] and args[1][-1] not in "dxXbos"
            else "tensor(...)"
        )
    return "tensor(...)"


@answers(_T.__contains__)
def _contains(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = sample_values(args[0])
    return outside(lambda: func(known, *args[1:])) if known is not None and not isinstance(args[1], _T) else True


@answers(torch.equal, _T.equal, torch.allclose, _T.allclose)
def _equal(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    if all(known_values(a) is not None for a in args[:2] if isinstance(a, _T)):
        return PASS if not all(isinstance(a, _T) for a in args[:2]) else replay(func, args, kwargs).result
    verdict = replay(func, args, kwargs)
    if verdict.error is not None:
        tracer.failed(func, args, kwargs, [a for a in args[:2] if isinstance(a, _T)], verdict.error, confirmed=True)
    return verdict.result is not False or any(is_soft(a) for a in args[:2] if isinstance(a, _T))


@answers(_T.data_ptr, _T.untyped_storage, _T.storage)
def _storage(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return SoftInt(MAGIC) if func is _T.data_ptr else Unknown()
