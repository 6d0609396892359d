"""Logical devices: which device a tensor would be on, on a machine that has it.

Every fake stays on the CPU; a tag says where it would be. So a mismatch is found on a machine without a GPU, and a
missing GPU is no failure.
"""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.info import Info, info_of, no_dispatch

_ACROSS = {
    "copy_", "to", "type_as", "__setitem__", "index_put_", "index_put", "cpu", "cuda", "set_", "__set__", "is_set_to",
    "backward", "__get__", "requires_grad_", "equal", "load_state_dict",
}  # fmt: skip

_MOVES = {"to", "cpu", "cuda", "xpu", "mps", "type"}


def normal(device: Any) -> str | None:
    """The tag of a device: None for the CPU, `cuda:0`, `mps`, `meta`."""
    if device is None:
        return None
    if isinstance(device, int):
        return f"cuda:{device}"
    try:
        parsed = device if isinstance(device, torch.device) else torch.device(str(device))
    except RuntimeError:
        return None
    if parsed.type == "cpu":
        return None
    return f"{parsed.type}:{parsed.index or 0}" if parsed.type in {"cuda", "xpu"} else parsed.type


def mismatch(func: Any, args: Any, tensors: list[torch.Tensor]) -> RuntimeError | None:
    """The error that PyTorch raises where operands are on different devices, or None.

    A zero-dimensional CPU tensor goes with any device, and a CPU index with a tensor on any device.
    """
    name = getattr(func, "__name__", "")
    if name in _ACROSS:
        return None
    tags: list[str] = []
    with no_dispatch():
        for position, tensor in enumerate(tensors):
            info = info_of(tensor)
            tag = (info.device if info is not None else None) or "cpu"
            if tag == "cpu" and (tensor.dim() == 0 or (name == "__getitem__" and position > 0)):
                continue
            if tag not in tags:
                tags.append(tag)
    if len(tags) < 2:
        return None
    first, second = tags[:2]
    return RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {first} and {second}!"
    )


def settle(func: Any, info: Info, inputs: list[Info], kwargs: Any, fresh: bool) -> None:
    """Give a result its device: the `device=` argument, else that of its operands."""
    if getattr(func, "__name__", "") in _MOVES:
        return  # the answer has said where the result is
    if kwargs.get("device") is not None:
        info.device = normal(kwargs["device"])
    elif fresh and info.device is None:
        info.device = next((i.device for i in inputs if i.device is not None), None)


def move(tensor: torch.Tensor, device: Any) -> None:
    """Tag a tensor with a new device."""
    from shapewright.worker.info import ensure_info

    ensure_info(tensor).device = normal(device)


def logical(tensor: torch.Tensor) -> torch.device:
    """What `tensor.device` says."""
    info = info_of(tensor)
    return torch.device(info.device) if info is not None and info.device else torch.device("cpu")
