"""Floating point operations of what runs: two for each multiplication with its addition, as is usual.

Counted below autograd, where a layer has become matrix products and convolutions; elementwise work is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from shapewright.worker.info import no_dispatch


class Flops(TorchDispatchMode):
    """Adds up what is dispatched while it is entered."""

    def __init__(self) -> None:
        super().__init__()
        self._sum = 0

    def begin(self) -> None:
        """Start at nothing."""
        self._sum = 0

    def taken(self) -> int:
        """What came together since it was last asked."""
        taken, self._sum = self._sum, 0
        return taken

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        count = _COUNTS.get(func._overloadpacket)
        if count is not None:
            try:
                with no_dispatch():
                    self._sum += int(count(args, result))
            except Exception:  # an overload with other arguments
                pass
        return result


def _product(a: torch.Tensor, b: torch.Tensor) -> int:
    return 2 * prod(a.shape) * b.shape[-1]


def _convolution(args: Any, result: torch.Tensor) -> int:
    """Each weight is used once for every place of the output, or of the input where it is transposed."""
    transposed = bool(args[6])
    places = args[0] if transposed else result
    return 2 * places.shape[0] * prod(places.shape[2:]) * prod(args[1].shape)


def _attention(args: Any, result: Any) -> int:
    query, key, value = args[:3]
    *batch, length, width = query.shape
    return 2 * prod(batch) * length * key.shape[-2] * (width + value.shape[-1])


def _recurrent(args: Any, result: Any) -> int:
    """One layer in one direction; the first two dimensions of its input are time and batch."""
    return 2 * args[0].shape[0] * args[0].shape[1] * (prod(args[1].shape) + prod(args[2].shape))


_aten = torch.ops.aten
_COUNTS: dict[Any, Callable[[Any, Any], int]] = {
    getattr(_aten, name): count
    for name, count in {
        "mm": lambda args, result: _product(args[0], args[1]),
        "bmm": lambda args, result: _product(args[0], args[1]),
        "addmm": lambda args, result: _product(args[1], args[2]),
        "baddbmm": lambda args, result: _product(args[1], args[2]),
        "convolution": _convolution,
        "_scaled_dot_product_flash_attention_for_cpu": _attention,
        "_scaled_dot_product_flash_attention": _attention,
        "_scaled_dot_product_efficient_attention": _attention,
        "_scaled_dot_product_attention_math": _attention,
        "mkldnn_rnn_layer": _recurrent,
    }.items()
    if hasattr(_aten, name)
}
