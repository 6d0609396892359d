"""The same mistake met again: what else PyTorch would raise for the cause that was reported already.

A wrong head fails in the training loop and in the evaluation; a tensor with a channel too many fails in each branch
that takes it. The first place is the one where PyTorch stops, and what repairs it repairs the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from shapewright.worker.info import Node, info_of, no_dispatch
from shapewright.worker.state import State


def is_echo(state: State, op: str, cause: str, layer: torch.nn.Module | None, tensors: list[torch.Tensor]) -> bool:
    """Whether this failure has the cause of an earlier one. It is remembered as a cause itself."""
    run = (state.evidence, state.target, op, cause)
    with no_dispatch():
        keys = [(*run, *key) for key in _causes(cause, layer, tensors)]
    again = any(key in state.causes for key in keys)
    state.causes.update(dict.fromkeys(keys, (layer, tensors)))  # held, so that no other object gets their ids
    return again


def _causes(cause: str, layer: torch.nn.Module | None, tensors: list[torch.Tensor]) -> Iterator[tuple[Any, ...]]:
    weights = [t for t in tensors if isinstance(t, torch.nn.Parameter)]
    given = [t for t in tensors if not isinstance(t, torch.nn.Parameter)]
    origins = [_origin(t) for t in given if any(o.dtype != t.dtype for o in tensors)] if cause == "dtype" else []
    born = [(node.path, node.where, node.dtype) for node in origins if node and node.path and node.where is not None]
    yield from (("origin", *place) for place in born)
    if layer is not None and not born:  # a tensor made elsewhere has its own mistake
        yield ("layer", id(layer), tuple((t.dtype, tuple(t.shape[1:]), t.dim()) for t in given))
    for tensor in given:
        if weights and cause in ("shape", "dtype"):
            wanted = weights[0].shape[1:2] if cause == "shape" else weights[0].dtype
            yield ("tensor", id(tensor), wanted)


def _origin(tensor: torch.Tensor) -> Node | None:
    """Where the dtype of a tensor was born."""
    info = info_of(tensor)
    node = info.node if info is not None else None
    for _ in range(1000):
        if node is None:
            return None
        before = next((p for p in node.parents if p.dtype == node.dtype), None)
        if before is None:
            return node
        node = before
    return None
