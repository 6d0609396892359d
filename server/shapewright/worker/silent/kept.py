"""A running total that keeps the graph of every step."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch

from shapewright.worker.failures import Reporter
from shapewright.worker.info import no_dispatch
from shapewright.worker.silent.origin import is_certain, node_of

_T = torch.Tensor
_ADDS = (_T.__add__, _T.__radd__, _T.__iadd__, _T.add, _T.add_, torch.add)
_NAMES = frozenset({"__add__", "__radd__", "__iadd__", "add", "add_"})


def _total(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """A loss that went backward already is added to what the same line made the time before."""
    differentiated = reporter.state.differentiated
    if not differentiated or len(tensors) != 2 or not torch.is_grad_enabled():
        return
    total, loss = node_of(tensors[0]), node_of(tensors[1])
    if loss not in differentiated or total is None or total.op not in _NAMES:
        return
    with no_dispatch():
        single = tensors[1].numel() == 1 and tensors[0].requires_grad and tensors[1].requires_grad
    if single and is_certain(*tensors) and (total.path, total.where) == reporter.place(frame):
        operands = [("input", tensors[0]), ("other", tensors[1])]
        reporter.silent("graph-kept", "torch.Tensor.add", "", operands, frame)


LOOKS = dict.fromkeys(_ADDS, _total)
