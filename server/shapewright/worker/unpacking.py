"""Unpacking: Unknown gets the structure that the target has, and a loop's items are counted before Python does."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.info import is_soft, no_dispatch
from shapewright.worker.unknown import Unknown, is_unknown, shaped_like


def unpack(value: Any, pattern: Any) -> Any:
    """`value`, with everything Unknown in it given the structure that the target unpacks."""
    if pattern is None:
        return value
    if type(value) is Unknown:
        return shaped_like(pattern)
    if type(value) in (tuple, list) and len(value) == len(pattern) and any(isinstance(p, tuple) for p in pattern):
        return tuple(unpack(v, p) if isinstance(p, tuple) else v for v, p in zip(value, pattern, strict=True))
    return value


def refusal(item: Any, pattern: Any) -> Exception | None:
    """What Python raises when the target of a loop unpacks this item, where tensors say how many values there are."""
    if not isinstance(pattern, tuple) or ... in pattern or not _is_sure(item):
        return None
    if isinstance(item, torch.Tensor):
        with no_dispatch():
            if item.dim() == 0:
                return TypeError("iteration over a 0-d tensor")
            count = int(item.shape[0])
    else:
        count = len(item)
        if count == len(pattern) and isinstance(item, (tuple, list)):
            return next((r for part, inner in zip(item, pattern, strict=True) if (r := refusal(part, inner))), None)
    if count > len(pattern):
        return ValueError(f"too many values to unpack (expected {len(pattern)})")
    if count < len(pattern):
        return ValueError(f"not enough values to unpack (expected {len(pattern)}, got {count})")
    return None


def _is_sure(item: Any) -> bool:
    """Whether it is a tensor, or a plain container of some, and nobody has to guess its length."""
    if isinstance(item, torch.Tensor):
        return not is_soft(item)
    if type(item) not in (tuple, list, dict):
        return False
    values = list(item.values() if isinstance(item, dict) else item)[:16]
    return any(isinstance(v, torch.Tensor) for v in values) and not is_unknown(values)
