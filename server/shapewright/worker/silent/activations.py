"""A softmax over the wrong dimension, and a softmax or sigmoid of what is one already."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.info import Node, no_dispatch
from shapewright.worker.silent.origin import LAYERS, is_certain, maker, node_of

_T = torch.Tensor
_SOFT = frozenset({"softmax", "log_softmax"})


def _softmax(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """Without a dimension, a tensor of three is summed over the first. Over the batch of a layer's scores it is held
    back until the other dimension is taken for the classes."""
    if len(tensors) != 1 or not is_certain(tensors[0]):
        return
    given = tensors[0]
    with no_dispatch():
        rank, shape = given.dim(), tuple(given.shape)
    dim = args[1] if len(args) > 1 else kwargs.get("dim")
    op = f"torch.nn.functional.{func.__name__}"
    if dim is None:
        if rank == 3:
            reporter.silent("softmax-dim", op, "", [("input", given)], frame, facts={"implicit": "0"})
        return
    node = node_of(given)
    _twice("softmax", func, given, reporter, frame)
    if node is None or rank != 2 or dim not in (0, -2) or shape[1] < 2:
        return
    layer = maker(node)
    if layer is not None and layer.op in LAYERS and layer.shape == shape:
        held = reporter.silent("softmax-dim", op, "", [("input", given)], frame, hold=True)
        if held is not None:
            reporter.state.held[node] = held


def _sigmoid(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    if len(tensors) == 1:
        _twice("sigmoid", func, tensors[0], reporter, frame)


def _twice(name: str, func: Any, given: _T, reporter: Reporter, frame: FrameType) -> None:
    """The same again of what it made, in the same shape."""
    node = node_of(given)
    made = maker(node)
    if node is None or made is None or made.op != name or func.__name__ != name:
        return
    if (name == "sigmoid" or made.shape == node.shape) and is_certain(given):
        facts = {"made": name}
        reporter.silent("activation-twice", f"torch.{name}", "", [("input", given)], frame, facts=facts)


def _classes(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """The classes are looked for along dimension 1."""
    held = reporter.state.held
    if not held or not tensors:
        return
    if func is not F.nll_loss:
        dim = args[1] if len(args) > 1 else kwargs.get("dim")
        if type(dim) is not int or dim not in (1, -1):
            return
    made: Node | None = maker(node_of(tensors[0]), frozenset({"log", "float", "to", "cpu", "detach"}))
    if made is not None and made.op in _SOFT and made.parents and len(made.shape) == 2:
        failure = held.pop(made.parents[0], None)
        if failure is not None:
            reporter.state.failures.append(failure)


LOOKS = {
    **dict.fromkeys((F.softmax, F.log_softmax, torch.softmax, torch.log_softmax, _T.softmax, _T.log_softmax), _softmax),
    **dict.fromkeys((torch.sigmoid, _T.sigmoid, F.sigmoid), _sigmoid),
    **dict.fromkeys((F.nll_loss, torch.argmax, _T.argmax, torch.max, _T.max), _classes),
}
