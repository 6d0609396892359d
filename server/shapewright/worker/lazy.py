"""Lazy modules: their parameters have no shape until the first call, and cannot become fakes in place."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import torch
from torch.nn.parameter import (
    UninitializedBuffer,
    UninitializedParameter,
    UninitializedTensorMixin,  # pyright: ignore[reportAttributeAccessIssue]  # not in its stub
)
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker.info import no_dispatch

_new_parameter, _new_buffer = UninitializedParameter.__new__, UninitializedBuffer.__new__


def patches() -> list[tuple[Any, str, Any]]:
    """Uninitialized tensors are made outside of the fake mode, and replaced by fakes when they get their shape."""

    def outside(new: Any) -> Any:
        def made(cls: type, *args: Any, **kwargs: Any) -> Any:
            kwargs.pop("device", None)
            with no_dispatch(), _disable_current_modes():
                return new(cls, *args, **kwargs)

        return staticmethod(made)

    return [
        (UninitializedParameter, "__new__", outside(_new_parameter)),
        (UninitializedBuffer, "__new__", outside(_new_buffer)),
        (UninitializedTensorMixin, "materialize", _materialize),
    ]


def _materialize(self: Any, shape: Any, device: Any = None, dtype: Any = None) -> None:
    """Put a fake of the shape in the place of the uninitialized tensor, in the module that asks for it."""
    with no_dispatch(), _disable_current_modes():
        dtype = dtype or self.data.dtype
    fake = torch.empty(shape, dtype=dtype)
    frame: FrameType | None = sys._getframe(1)
    for _ in range(4):
        if frame is None:
            return
        module = frame.f_locals.get("self")
        if isinstance(module, torch.nn.Module):
            for name, value in list(module._parameters.items()):
                if value is self:
                    module._parameters[name] = torch.nn.Parameter(fake, self.requires_grad)
                    return
            for name, value in list(module._buffers.items()):
                if value is self:
                    module._buffers[name] = fake
                    return
        frame = frame.f_back
