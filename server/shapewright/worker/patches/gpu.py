"""A logical GPU, where this machine may have none."""

from __future__ import annotations

import os
import sys
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor

from shapewright.worker import devices
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown


def patches(state: State) -> list[tuple[Any, str, Any]]:
    """Around `torch.cuda`, autocast and `tensor.device`."""
    cuda = torch.cuda

    def is_available() -> bool:
        """There is a logical GPU, so that code written for one is checked; it is remembered that the program asked."""
        state.asked_for_gpu = True
        return True

    nothing = {
        name: (lambda *a, **k: None)
        for name in (
            "manual_seed",
            "manual_seed_all",
            "empty_cache",
            "synchronize",
            "set_device",
            "init",
            "reset_peak_memory_stats",
            "seed_all",
            "ipc_collect",
            "reset_max_memory_allocated",
        )
    }
    numbers = {
        name: (lambda *a, **k: 0)
        for name in (
            "memory_allocated",
            "max_memory_allocated",
            "memory_reserved",
            "max_memory_reserved",
            "current_device",
        )
    }
    values: dict[str, Any] = {
        **nothing, **numbers,
        "is_available": is_available,
        "device_count": lambda: 1,
        "is_initialized": lambda: True,
        "is_bf16_supported": lambda *a, **k: True,
        "get_device_name": lambda *a, **k: "GPU",
        "get_device_capability": lambda *a, **k: (8, 0),
        "get_device_properties": lambda *a, **k: Unknown(),
        "mem_get_info": lambda *a, **k: (1 << 34, 1 << 34),
        "Event": _Handle,
        "Stream": _Handle,
        "get_rng_state": lambda *a, **k: Unknown(),
        "set_rng_state": lambda *a, **k: None,
    }  # fmt: skip
    plain = torch.amp.autocast_mode.autocast.__init__

    def autocast(self: Any, device_type: str, dtype: Any = None, *args: Any, **kwargs: Any) -> None:
        """Autocast of a logical device, on the CPU where the fakes are."""
        if str(device_type).split(":")[0] != "cpu":
            dtype = dtype or torch.float16
        plain(self, "cpu", dtype, *args, **kwargs)

    autocast.__qualname__ = "autocast.__init__"
    return [
        (FakeTensor, "device", property(_device_of)),
        (FakeTensor, "tolist", lambda self: torch.Tensor.tolist(self)),
        (torch.amp.autocast_mode.autocast, "__init__", autocast),
    ] + [(cuda, name, value) for name, value in values.items() if hasattr(cuda, name)]


class _Handle:
    """A stream or an event of a GPU that is not there; a class, since annotations name it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Unknown()


_plain_device = FakeTensor.device
_SEES_LOGICAL = tuple(
    os.path.join(os.path.dirname(torch.__file__), *part)
    for part in (("nn",), ("optim",), ("utils", "data"), ("distributions",), ("amp",))
)
_TORCH = os.path.dirname(torch.__file__) + os.sep


def _device_of(tensor: Any) -> Any:
    """`tensor.device`: the logical one for programs and layers.

    The machinery of fake tensors computes with it, and gets the physical one.
    """
    caller = sys._getframe(1).f_code.co_filename
    if caller.startswith(_TORCH) and not caller.startswith(_SEES_LOGICAL):
        return _plain_device.__get__(tensor)
    return devices.logical(tensor)
