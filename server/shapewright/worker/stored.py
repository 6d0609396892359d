"""What a statement stored, read again without running any code of the program."""

from __future__ import annotations

from typing import Any, cast

import torch

from shapewright.worker.info import is_soft, no_dispatch

_PARTS = ("_parameters", "_buffers", "_modules")


def attribute(holder: Any, name: str) -> Any:
    """The attribute of an instance, as it lies there; None where a property or a method would have to say it."""
    try:
        held = object.__getattribute__(holder, "__dict__")
    except Exception:
        return None
    if name in held:
        return held[name]
    if isinstance(holder, torch.nn.Module):
        for part in _PARTS:
            if name in held.get(part, ()):
                return held[part][name]
    return None


class Items:
    """`Items(holder)[key]` is the item of a dict, a list or a tensor; None for what is read by a method of its own."""

    __slots__ = ("holder",)

    def __init__(self, holder: Any) -> None:
        self.holder = holder

    def __getitem__(self, key: Any) -> Any:
        holder, kind = self.holder, cast("type[Any]", type(self.holder))
        try:
            if isinstance(holder, dict) and kind.__getitem__ is dict.__getitem__:
                return cast("dict[Any, Any]", holder).get(key)
            if kind is list:
                return holder[key] if type(key) is int else None
            if isinstance(holder, torch.Tensor) and _is_plain(key) and not is_soft(holder):
                with no_dispatch(), torch.no_grad():
                    return holder[key]
        except Exception:  # it was stored by a key that cannot be looked up
            return None
        return None


def _is_plain(key: Any) -> bool:
    """Whether an index of a tensor consists of numbers and slices whose values are known."""
    if isinstance(key, tuple):
        return all(_is_plain(part) for part in cast("tuple[Any, ...]", key))
    if isinstance(key, slice):
        return all(type(part) in (int, type(None)) for part in (key.start, key.stop, key.step))
    return type(key) in (int, type(None), type(...))
