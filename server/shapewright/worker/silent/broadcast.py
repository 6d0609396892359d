"""Two tensors that quietly broadcast to a table of each against every other."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.info import Node, no_dispatch
from shapewright.worker.silent.origin import is_certain, is_learned, maker, node_of

_T = torch.Tensor
_LOSSES = {F.mse_loss: "mse_loss", F.l1_loss: "l1_loss", F.smooth_l1_loss: "smooth_l1_loss", F.huber_loss: "huber_loss"}
_ELEMENTWISE = {_T.__eq__, _T.eq, torch.eq, _T.__ne__, _T.ne, torch.ne, _T.__sub__, _T.sub, torch.sub, torch.subtract}
_NAMES = frozenset({"__eq__", "eq", "__ne__", "ne", "__sub__", "sub", "subtract"})
_EACH = frozenset({"float", "to", "int", "long", "double", "type", "cpu", "detach", "abs", "pow", "__pow__", "square"})
"""Operations on each element: what is a table before is one after."""
_DELIBERATE = frozenset({"unsqueeze", "unsqueeze_", "view", "reshape", "__getitem__", "expand", "expand_as", "permute"})
"""Who writes one of these to get a column may want the table."""


def _loss(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """A loss that compares elements, of an input and a target of different shapes."""
    if len(tensors) < 2:
        return
    first, second = tensors[:2]
    with no_dispatch():
        shapes = tuple(first.shape), tuple(second.shape)
    if shapes[0] == shapes[1] or not is_certain(first, second):
        return
    message = (
        f"Using a target size ({torch.Size(shapes[1])}) that is different to the input size ({torch.Size(shapes[0])}). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size."
    )
    operands = [("input", first), ("target", second)]
    reporter.silent("loss-broadcast", f"torch.nn.functional.{_LOSSES[func]}", message, operands, frame)


def _column(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """A prediction `[N, 1]` against data `[N]`. Held back until all of the table is added up to one number."""
    if len(tensors) != 2 or len(args) < 2:
        return
    with no_dispatch():
        shapes = {tuple(t.shape): t for t in tensors}
        rows = [shape for shape in shapes if len(shape) == 1]
        if len(shapes) != 2 or not rows or rows[0][0] < 2 or (*rows[0], 1) not in shapes:
            return
    column, row = node_of(shapes[(*rows[0], 1)]), node_of(shapes[rows[0]])
    if column is None or row is None or not is_certain(*tensors):
        return
    if maker(column, _EACH) is not maker(column, _DELIBERATE | _EACH):
        return
    if is_learned(column) is True and is_learned(row) is False:
        name = str(getattr(func, "__name__", "eq"))
        operands = [("input", tensors[0]), ("other", tensors[1])]
        held = reporter.silent("column-broadcast", f"torch.Tensor.{name}", "", operands, frame, hold=True)
        if held is not None:
            reporter.state.held[reporter.place(frame)] = held


def _reduced(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """One number made of a whole table."""
    held = reporter.state.held
    if not held or len(args) != 1 or set(kwargs) - {"dtype"}:
        return
    node: Node | None = maker(node_of(tensors[0]), _EACH) if tensors else None
    if node is not None and node.op in _NAMES and (failure := held.pop((node.path, node.where), None)) is not None:
        reporter.state.failures.append(failure)


LOOKS = {
    **dict.fromkeys(_LOSSES, _loss),
    **dict.fromkeys(_ELEMENTWISE, _column),
    **dict.fromkeys((_T.sum, torch.sum, _T.mean, torch.mean), _reduced),
}
