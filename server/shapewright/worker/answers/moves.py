"""Where a tensor is, and moves to other logical devices and dtypes."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker import devices
from shapewright.worker.answers.table import PASS, answers, outside
from shapewright.worker.info import ensure_info, info_of, no_dispatch, sample_values, set_known

_T = torch.Tensor


@answers(_T.device.__get__)
def _device(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return devices.logical(args[0])


@answers(_T.is_cuda.__get__)  # pyright: ignore[reportAttributeAccessIssue]  # the property itself, not its value
def _is_cuda(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return devices.logical(args[0]).type == "cuda"


@answers(_T.get_device)
def _get_device(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    device = devices.logical(args[0])
    return -1 if device.type == "cpu" else device.index or 0


def share_values(tensor: torch.Tensor, result: torch.Tensor) -> None:
    """What is known of the values of `tensor` holds for a copy of it, in whatever dtype."""
    known, info = sample_values(tensor), info_of(tensor)
    if known is not None:
        dtype = result.dtype
        set_known(result, outside(lambda: known.to(dtype)), info is not None and info.drawn)


def _moved(tensor: torch.Tensor, result: torch.Tensor, device: str | None) -> torch.Tensor:
    """`result` of a move: another tensor where the device changes, with the values kept."""
    before = info_of(tensor)
    if (before.device if before else None) != device and result is tensor:
        with no_dispatch():
            result = tensor.clone() if not tensor.is_leaf or not tensor.requires_grad else tensor * 1
        share_values(tensor, result)
    if before is not None and before.soft:
        ensure_info(result).soft = True
    ensure_info(result).device = device
    return result


@answers(_T.cuda, _T.cpu, _T.xpu, getattr(_T, "mps", _T.cuda))
def _to_named(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    name = func.__name__
    target = kwargs.get("device", args[1] if len(args) > 1 else None)
    device = None if name == "cpu" else devices.normal(target if target is not None else name)
    return _moved(args[0], args[0], device)


@answers(_T.to)
def _to(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor, rest = args[0], list(args[1:])
    info = info_of(tensor)
    device = info.device if info is not None else None
    for value in rest:
        if isinstance(value, (str, torch.device)) or (type(value) is int):
            device = devices.normal(value)
        elif isinstance(value, _T):
            device = devices.normal(devices.logical(value))
    if kwargs.get("device") is not None:
        device = devices.normal(kwargs["device"])
    if isinstance(other := kwargs.get("tensor"), _T):
        device = devices.normal(devices.logical(other))
    try:
        with no_dispatch():
            _, dtype, _, form = _parsed(args[1:], {k: v for k, v in kwargs.items() if k != "copy"})
    except Exception as error:
        return tracer.failed(func, args, kwargs, [tensor], error, confirmed=True)
    if dtype is None and form is None:
        result = tensor
    else:
        with no_dispatch():
            result = tensor.to(dtype=dtype, memory_format=form or torch.preserve_format)
        if result is not tensor:
            share_values(tensor, result)
    return _moved(tensor, result, device)


@answers(_T.type)
def _type(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """`tensor.type(…)` with a dtype keeps the device; a tensor type, or its name, says both."""
    tensor, wanted = args[0], kwargs.get("dtype", args[1] if len(args) > 1 else None)
    info = info_of(tensor)
    device = info.device if info is not None else None
    if wanted is None:
        with no_dispatch():
            name = str(func(tensor))
        return name.replace("torch.", "torch.cuda.", 1) if device is not None and device.startswith("cuda") else name
    if isinstance(wanted, torch.dtype):
        dtype = wanted
    else:
        name = wanted if isinstance(wanted, str) else f"{wanted.__module__}.{wanted.__name__}"
        kind = getattr(torch, name.rpartition(".")[2], None)
        if kind is None or not hasattr(kind, "dtype") or not name.startswith("torch."):
            return PASS
        device = "cuda:0" if name.startswith("torch.cuda.") else None
        dtype = torch.get_default_dtype() if kind is torch.Tensor else kind.dtype
    with no_dispatch():
        result = tensor.to(dtype)
    if result is not tensor:
        share_values(tensor, result)
    return _moved(tensor, result, device)


@answers(_T.pin_memory, _T.share_memory_)
def _same(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0]


@answers(torch._C._nn._parse_to)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stub
def _parse_to(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """The arguments of `Module.to`."""
    with no_dispatch():
        return _parsed(args, kwargs)


def _parsed(args: Any, kwargs: Any) -> Any:
    """Device, dtype, whether the copy may lag, memory format. A device by number is a logical GPU's."""
    named: list[Any] = [torch.device("cuda", a) if type(a) is int else a for a in args]
    flags = [place for place, value in enumerate(named) if isinstance(value, bool)]
    if len(flags) > 1:
        del named[flags[1]]  # whether to copy
    keywords = {k: torch.device("cuda", v) if k == "device" and type(v) is int else v for k, v in kwargs.items()}
    return torch._C._nn._parse_to(*named, **keywords)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stub
