"""float64 that nobody asked for: data from NumPy that makes what a model computed float64."""

from __future__ import annotations

import os
from types import FrameType
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.info import no_dispatch
from shapewright.worker.silent.origin import is_certain, is_learned, maker, node_of

_T = torch.Tensor
_ARITHMETIC = (
    _T.__add__, _T.__radd__, _T.add, torch.add, _T.__sub__, _T.__rsub__, _T.sub, torch.sub, _T.__mul__, _T.__rmul__,
    _T.mul, torch.mul, _T.__truediv__, _T.__rtruediv__, _T.div, torch.div, F.mse_loss, F.l1_loss, F.smooth_l1_loss,
    F.huber_loss,
)  # fmt: skip
_LIBRARY = os.path.join(os.path.dirname(torch.__file__), "utils", "data")
_FROM_NUMPY = frozenset({"from_numpy"})


def asked(reporter: Reporter, frame: FrameType) -> None:
    """The program itself asks for float64: then nothing that is float64 is an accident."""
    if not frame.f_code.co_filename.startswith(_LIBRARY):
        reporter.state.wants_double = True


def _converted(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    if func is _T.double or any(a is torch.float64 or a == "torch.DoubleTensor" for a in args[1:] if a is not None):
        asked(reporter, frame)


def _mixed(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """What a model computed in float32 meets float64. Held back until the script ends without asking for float64."""
    if len(tensors) != 2:
        return
    with no_dispatch():
        kinds = tensors[0].dtype, tensors[1].dtype
        if set(kinds) != {torch.float32, torch.float64}:
            return
        single, double = tensors if kinds[0] is torch.float32 else (tensors[1], tensors[0])
        if double.dim() == 0 or double.requires_grad or not single.requires_grad:
            return
    node, made = node_of(single), maker(node_of(double))
    if made is None or made.op not in _FROM_NUMPY or node is None or is_learned(node) is not True:
        return
    if is_certain(*tensors):
        operands = [("input", tensors[0]), ("other", tensors[1])]
        held = reporter.silent("float64-upcast", f"torch.{func.__name__}", "", operands, frame, hold=True)
        if held is not None:
            reporter.state.doubled.append(held)


LOOKS = {
    **dict.fromkeys(_ARITHMETIC, _mixed),
    **dict.fromkeys((_T.double, _T.to, _T.type), _converted),
}
