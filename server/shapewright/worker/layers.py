"""The output that a library layer should have had, where the layer raised in Python or was given something Unknown."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from shapewright.worker.info import ensure_info, no_dispatch
from shapewright.worker.unknown import Unknown


def repaired_module(module: nn.Module, args: Any, kwargs: Any) -> Any:
    """An output of the declared kind, marked as guessed, or Unknown."""
    tensors = [a for a in [*args, *kwargs.values()] if isinstance(a, torch.Tensor)]
    if not tensors:
        inner = next((t for a in args if isinstance(a, (tuple, list)) for t in a if isinstance(t, torch.Tensor)), None)
        if inner is None:
            return Unknown()
        tensors = [inner]
    with no_dispatch():
        try:
            return _softened(_output(module, tensors))
        except Exception:
            return Unknown()


def _softened(value: Any) -> Any:
    for tensor in value if isinstance(value, tuple) else (value,):
        if isinstance(tensor, tuple):
            _softened(tensor)
        elif isinstance(tensor, torch.Tensor):
            info = ensure_info(tensor)
            info.soft = info.mended = True
    return value


def _output(module: nn.Module, tensors: list[torch.Tensor]) -> Any:
    x = tensors[0]
    shape = tuple(int(s) for s in x.shape)
    dtype = next((p.dtype for p in module.parameters()), x.dtype)

    def new(*sizes: int) -> torch.Tensor:
        made = torch.empty(sizes, dtype=dtype)
        return made.requires_grad_() * 1 if torch.is_grad_enabled() and dtype.is_floating_point else made

    if isinstance(module, nn.RNNBase):
        directions = 2 if module.bidirectional else 1
        out = new(*shape[:-1], (module.proj_size or module.hidden_size) * directions)
        batch = shape[0 if module.batch_first else 1] if len(shape) == 3 else None
        state = (module.num_layers * directions, *(() if batch is None else (batch,)))
        hidden = new(*state, module.proj_size or module.hidden_size)
        return (out, (hidden, new(*state, module.hidden_size))) if isinstance(module, nn.LSTM) else (out, hidden)
    if isinstance(module, (nn.LSTMCell, nn.GRUCell, nn.RNNCell)):
        out = new(*shape[:-1], module.hidden_size)
        return (out, new(*shape[:-1], module.hidden_size)) if isinstance(module, nn.LSTMCell) else out
    if isinstance(module, nn.MultiheadAttention):
        return new(*shape[:-1], module.embed_dim), Unknown()
    if isinstance(module, nn.Linear):
        return new(*shape[:-1], module.out_features)
    if isinstance(module, nn.Embedding):
        return new(*shape, module.embedding_dim)
    if isinstance(module, nn.modules.loss._Loss):
        return new()
    return new(*shape)
