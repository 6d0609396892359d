"""Where tensors are made that say no device: `torch.set_default_device` and `torch.set_default_tensor_type`."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._device

from shapewright.worker import devices
from shapewright.worker.state import State

_FACTORIES = torch.utils._device._device_constructors()


def of(func: Any, kwargs: Any, state: State) -> str | None:
    """The logical device that a call gives its result because the program chose it for all."""
    if state.default_device is None or kwargs.get("device") is not None or func not in _FACTORIES:
        return None
    return state.default_device


def patches(state: State) -> list[tuple[Any, str, Any]]:
    """What to replace in torch for the time of a run: PyTorch's own would make tensors on a device that is not here."""

    def set_default_device(device: Any) -> None:
        state.default_device, state.default_type = devices.normal(device), None

    def get_default_device() -> torch.device:
        return torch.device(state.default_device or "cpu")

    def set_default_tensor_type(t: Any, /) -> None:
        name = t if isinstance(t, str) else f"{getattr(t, '__module__', '')}.{getattr(t, '__name__', '')}"
        state.default_device = state.default_type = "cuda:0" if "cuda" in name else None
        plain = getattr(torch, name.rpartition(".")[2], None)
        if plain is not None:
            torch.set_default_dtype(getattr(plain, "dtype", torch.float32))

    values = (set_default_device, get_default_device, set_default_tensor_type)
    return [(torch, value.__name__, value) for value in values if hasattr(torch, value.__name__)]
