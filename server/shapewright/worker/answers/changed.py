"""Where a value that `backward` needs was changed in place, as far as the steps behind the tensors tell."""

from __future__ import annotations

import re

import torch

from shapewright import wire
from shapewright.worker.info import Node, dtype_name, info_of
from shapewright.worker.state import State

_SHAPE = re.compile(r"inplace operation: \[torch\.(?:\w+\.)?\w+ \[([\d, ]*)\]\]")
_MOST = 400


def changed_in_place(error: Exception, tensors: list[torch.Tensor], state: State) -> tuple[wire.Operand, ...]:
    """The last change of a tensor of the shape that the message names, on any way back from the tensors."""
    said = _SHAPE.search(str(error))
    if said is None:
        return ()
    shape = tuple(int(size) for size in said[1].split(",") if size.strip())
    left = [i.node for t in tensors if (i := info_of(t)) is not None and i.node is not None]
    seen: set[Node] = set()
    while left and len(seen) < _MOST:
        node = left.pop(0)
        if node in seen:
            continue
        seen.add(node)
        if _in_place(node.op) and node.shape == shape and node.where is not None and node.path:
            span = wire.Span(node.path, *state.places.shown(node.path, node.where))
            fact = wire.TensorFact(node.shape, dtype_name(node.dtype))
            return (wire.Operand("changed", wire.Value("tensor", "Tensor", fact), span),)
        left += node.parents
    return ()


def _in_place(name: str) -> bool:
    return (name.endswith("_") and not name.endswith("__")) or name.startswith("__i") or name == "__setitem__"
