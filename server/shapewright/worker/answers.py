"""Calls that a fake tensor cannot answer: values, data-dependent shapes, devices, serialization.

Each answer takes `(tracer, func, args, kwargs)` and returns the result, or PASS to let the fake do it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch._subclasses import fake_tensor as fakes
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker import devices
from shapewright.worker.info import ensure_info, info_of, is_soft, known_values, no_dispatch, set_known
from shapewright.worker.oracle import filled, real, replay
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

PASS = object()
_T = torch.Tensor
_DATA_DEPENDENT = tuple(
    getattr(fakes, name)
    for name in ("DynamicOutputShapeException", "DataDependentOutputException", "UnsupportedOperatorException", "UnsupportedFakeTensorException")
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
            shape = [s if s == int(o) else MAGIC for s, o in zip(shape, soft_like.shape)]
        with no_dispatch():
            fake = torch.empty(shape, dtype=value.dtype)
        return fake
    if isinstance(value, (tuple, list)):
        others = soft_like if isinstance(soft_like, (tuple, list)) and len(soft_like) == len(value) else [None] * len(value)
        items = [to_fake(v, o) for v, o in zip(value, others)]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)  # the named results of PyTorch (`values`, `indices`) take one sequence as well
    if type(value) is int and soft_like is not None and value != soft_like:
        return SoftInt(MAGIC)
    return value


def guess(func: Any, args: Any, kwargs: Any) -> Any:
    """The result of a call whose shape depends on data: computed where the values are known, else with the dimensions that
    differ between two fillings marked as guessed."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    with no_dispatch():
        if sum(t.numel() for t in tensors) > 1 << 22:
            return Unknown()
    first = replay(func, args, kwargs, real)
    if first.result is NotImplemented or first.error is not None:
        if getattr(func, "__name__", "") == "_pack_padded_sequence":
            return _packed_whole(*args)
        second = replay(func, args, kwargs, filled)
        if second.error is not None or second.result is NotImplemented:
            return Unknown()
        return _spread(to_fake(second.result))
    if all(known_values(t) is not None for t in tensors):
        result = to_fake(first.result)
        _share_values(result, first.result)
        return result
    second = replay(func, args, kwargs, filled)
    if second.error is not None or second.result is NotImplemented:
        return _spread(to_fake(first.result))
    result = to_fake(first.result, second.result)
    _share_equal_values(result, first.result, second.result)
    return result


def _share_equal_values(result: Any, first: Any, second: Any) -> None:
    """Integers that came out alike for both fillings depend on no unknown value (the batch sizes of a packed sequence)."""
    for fake, one, other in zip(*(pytree.tree_leaves(v) for v in (result, first, second))):
        if isinstance(fake, torch.Tensor) and isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
            with no_dispatch(), _disable_current_modes():
                same = not one.is_floating_point() and one.shape == other.shape and one.numel() <= 2048 and bool((one == other).all())
            if same:
                set_known(fake, one)


def _packed_whole(data: torch.Tensor, lengths: torch.Tensor, batch_first: bool) -> Any:
    """A packed sequence whose lengths nobody knows: all of them whole."""
    with no_dispatch():
        count, steps = (data.shape[0], data.shape[1]) if batch_first else (data.shape[1], data.shape[0])
        flat = torch.empty((int(count) * int(steps), *data.shape[2:]), dtype=data.dtype)
        sizes = torch.empty((int(steps),), dtype=torch.int64)
    set_known(sizes, _outside(lambda: torch.full((int(steps),), int(count))))
    return flat, sizes


def _spread(result: Any) -> Any:
    for leaf in pytree.tree_leaves(result):
        if isinstance(leaf, torch.Tensor):
            ensure_info(leaf).soft = True
    return result


def _share_values(result: Any, value: Any) -> None:
    for fake, actual in zip(pytree.tree_leaves(result), pytree.tree_leaves(value)):
        if isinstance(fake, torch.Tensor) and isinstance(actual, torch.Tensor) and actual.numel() <= 2048:
            set_known(fake, actual)


def raises_with_autograd(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor]) -> bool:
    """Whether eager PyTorch raises once the operands take part in autograd as they do here."""

    def make(tensor: torch.Tensor) -> torch.Tensor:
        value = real(tensor)
        if tensor.requires_grad and value.is_floating_point():
            value = value.clone().requires_grad_()
            return value if tensor.is_leaf else value * 1
        return value

    enabled = torch.is_grad_enabled()

    def with_grad(*a: Any, **k: Any) -> Any:
        with torch.set_grad_enabled(enabled):
            return func(*a, **k)

    with no_dispatch(), torch.enable_grad():
        wanted = any(t.requires_grad for t in tensors)
    if not wanted:
        return False

    def make_with_grad(tensor: torch.Tensor) -> torch.Tensor:
        with torch.enable_grad():
            return make(tensor)

    return replay(with_grad, args, kwargs, make_with_grad).error is not None


# ---------------------------------------------------------------------------------------------------- values

Answer = Callable[[Any, Any, Any, Any], Any]
TABLE: dict[Any, Answer] = {}


def _answers(*functions: Any) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        for function in functions:
            TABLE[function] = answer
        return answer

    return register


def _outside(function: Callable[[], Any]) -> Any:
    with no_dispatch(), _disable_current_modes():
        return function()


def placeholder(dtype: torch.dtype) -> Any:
    """A Python number of which only the type is sure."""
    if dtype == torch.bool:
        return True
    if dtype.is_complex:
        return 0.5 + 0j
    return 0.5 if dtype.is_floating_point else SoftInt(MAGIC)


@_answers(_T.item, _T.__bool__, _T.__int__, _T.__float__, _T.__index__, _T.__complex__, _T.is_nonzero, torch.is_nonzero)
def _item(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor = args[0]
    known = known_values(tensor)
    with no_dispatch():
        count, dtype = tensor.numel(), tensor.dtype
    if count != 1:
        if is_soft(tensor):
            return True if func is _T.__bool__ else placeholder(dtype)
        verdict = replay(func, args, kwargs) if count < 1 << 20 else None
        if verdict is not None and verdict.error is not None:
            result = tracer.failed(func, args, kwargs, [tensor], verdict.error, confirmed=True)
            if func is _T.__bool__:
                return True
            return result if isinstance(result, (int, float, bool)) else placeholder(dtype)
    if known is not None:
        return _outside(lambda: func(known))
    if func in (_T.__bool__, _T.is_nonzero, torch.is_nonzero):
        return True
    if func in (_T.__int__, _T.__index__):
        return SoftInt(MAGIC)
    return 0.5 if func is _T.__float__ else placeholder(dtype)


@_answers(_T.tolist)
def _tolist(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = known_values(args[0])
    if known is not None:
        return _outside(known.tolist)
    with no_dispatch():
        shape, dtype, count = tuple(args[0].shape), args[0].dtype, args[0].numel()
    if count > 1 << 18:
        return Unknown()

    def nested(sizes: tuple[int, ...]) -> Any:
        return placeholder(dtype) if not sizes else [nested(sizes[1:]) for _ in range(sizes[0])]

    return nested(shape)


@_answers(_T.numpy, _T.__array__)
def _numpy(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor = args[0]
    with no_dispatch():
        grad = tensor.requires_grad and not kwargs.get("force")
        shape, dtype, count = tuple(tensor.shape), tensor.dtype, tensor.numel()
    info = info_of(tensor)
    if grad:
        tracer.failed(func, args, kwargs, [tensor], RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."), confirmed=True)
    elif info is not None and info.device not in (None, "meta") and not kwargs.get("force"):
        kind = info.device.split(":")[0]
        tracer.failed(func, args, kwargs, [tensor], TypeError(f"can't convert {info.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."), confirmed=True) if kind else None
    known = known_values(tensor)

    def make() -> Any:
        source = known if known is not None else torch.zeros((), dtype=dtype).expand(shape) if count > 1 << 24 else torch.zeros(shape, dtype=dtype)
        array = source.numpy(force=True)
        if func is _T.__array__ and len(args) > 1 and args[1] is not None:
            return array.astype(args[1])
        return array

    try:
        return _outside(make)
    except (RuntimeError, TypeError):
        return Unknown()


@_answers(_T.__repr__, _T.__format__)
def _text(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = known_values(args[0])
    if known is not None:
        return _outside(lambda: func(known, *args[1:], **kwargs))
    if func is _T.__format__:
        with no_dispatch():
            number = args[0].dim() == 0
        return format(0.5, args[1]) if number and len(args) > 1 and args[1] and args[1][-1] not in "dxXbos" else "tensor(...)"
    return "tensor(...)"


@_answers(_T.__contains__)
def _contains(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    known = known_values(args[0])
    return _outside(lambda: func(known, *args[1:])) if known is not None and not isinstance(args[1], _T) else True


@_answers(torch.equal, _T.equal, torch.allclose, _T.allclose)
def _equal(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    if all(known_values(a) is not None for a in args[:2] if isinstance(a, _T)):
        return PASS if not all(isinstance(a, _T) for a in args[:2]) else replay(func, args, kwargs).result
    verdict = replay(func, args, kwargs)
    if verdict.error is not None and isinstance(verdict.error, Exception):
        tracer.failed(func, args, kwargs, [a for a in args[:2] if isinstance(a, _T)], verdict.error, confirmed=True)
    return True


@_answers(_T.data_ptr, _T.untyped_storage, _T.storage)
def _storage(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return SoftInt(MAGIC) if func is _T.data_ptr else Unknown()


@_answers(_T.__setitem__)
def _setitem(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """Assignment by index: values stay known where all of them are; a mask on the left never changes a shape."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, _T)]
    before = known_values(args[0])
    with no_dispatch():
        small = sum(t.numel() for t in tensors) <= 1 << 22
    if not small:
        return PASS
    changed: list[torch.Tensor] = []

    def assign(target: torch.Tensor, *rest: Any) -> None:
        func(target, *rest)
        changed.append(target)

    verdict = replay(assign, args, kwargs)
    if verdict.error is not None:
        if any(is_soft(t) for t in tensors) or (isinstance(args[1], _T) and known_values(args[1]) is None and isinstance(args[2], _T)):
            return None
        tracer.failed(func, args, kwargs, tensors, verdict.error, confirmed=True)
        return None
    try:
        with no_dispatch():
            func(*args, **kwargs)
    except Exception as error:
        if raises_with_autograd(func, args, kwargs, tensors):
            tracer.failed(func, args, kwargs, tensors, error)
        return None
    if before is not None and all(known_values(t) is not None for t in tensors[1:]) and changed:
        set_known(args[0], changed[0])
    return None


# ---------------------------------------------------------------------------------------------------- devices


@_answers(_T.device.__get__)
def _device(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return devices.logical(args[0])


@_answers(_T.is_cuda.__get__)
def _is_cuda(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return devices.logical(args[0]).type == "cuda"


@_answers(_T.get_device)
def _get_device(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    device = devices.logical(args[0])
    return -1 if device.type == "cpu" else device.index or 0


def _moved(tensor: torch.Tensor, result: torch.Tensor, device: str | None) -> torch.Tensor:
    """`result` of a move: another tensor where the device changes, with the values kept."""
    before = info_of(tensor)
    if (before.device if before else None) != device and result is tensor:
        with no_dispatch():
            result = tensor.clone() if not tensor.is_leaf or not tensor.requires_grad else tensor * 1
        known = known_values(tensor)
        if known is not None:
            set_known(result, known)
    if before is not None and before.soft:
        ensure_info(result).soft = True
    ensure_info(result).device = device
    return result


@_answers(_T.cuda, _T.cpu, _T.xpu, _T.mps if hasattr(_T, "mps") else _T.cuda)
def _to_named(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    name = func.__name__
    target = kwargs.get("device", args[1] if len(args) > 1 else None)
    device = None if name == "cpu" else devices.normal(target if target is not None else name)
    return _moved(args[0], args[0], device)


@_answers(_T.to)
def _to(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor, rest = args[0], list(args[1:])
    info = info_of(tensor)
    device = info.device if info is not None else None
    others: list[Any] = []
    for value in rest:
        if isinstance(value, (str, torch.device)) or (type(value) is int):
            device = devices.normal(value)
        elif isinstance(value, _T):
            device = devices.normal(devices.logical(value))
            others.append(value.dtype)
        elif value is not None:
            others.append(value)
    keywords = dict(kwargs)
    if keywords.get("device") is not None:
        device = devices.normal(keywords["device"])
    keywords.pop("device", None)
    if isinstance(keywords.get("other"), _T):
        other = keywords.pop("other")
        device = devices.normal(devices.logical(other))
        keywords["dtype"] = other.dtype
    dtypes = [o for o in others if isinstance(o, torch.dtype)]
    if keywords.get("dtype") is None and not dtypes:
        result = tensor
    else:
        dtype = keywords.get("dtype") or dtypes[0]
        with no_dispatch():
            result = tensor.to(dtype)
        known = known_values(tensor)
        if known is not None and result is not tensor:
            set_known(result, _outside(lambda: known.to(dtype)))
    return _moved(tensor, result, device)


@_answers(_T.pin_memory, _T.share_memory_)
def _same(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0]


# ---------------------------------------------------------------------------------------------------- backward


@_answers(_T.grad.__get__)
def _grad(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """A gradient that is missing after a failure is missing because of it."""
    with no_dispatch():
        value = func(*args)
    return Unknown("grad") if value is None and tracer.state.failures else value


_AUTOGRAD = ("does not require grad", "scalar outputs", "second time", "inplace operation", "Mismatch in shape", "unused in the graph", "appears to not have been used")


@_answers(_T.backward, torch.autograd.backward, torch.autograd.grad)
def _backward(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tracer.state.training_events += 1
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, _T)]
    try:
        with no_dispatch():
            return func(*args, **kwargs)
    except Exception as error:
        mended = any((i := info_of(t)) is not None and i.mended for t in tensors)
        if any(phrase in str(error) for phrase in _AUTOGRAD) and not mended and not any(is_soft(t) for t in tensors):
            tracer.reporter.torch_call(func, args, kwargs, tensors, error, __import__("sys")._getframe(2))
        return Unknown() if func is torch.autograd.grad else None
