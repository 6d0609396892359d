"""Library layers that raised in Python or were given something Unknown: whether the real layer raises as well, and the
output that it should have had."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Generator
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import nn

from shapewright.worker.answers.guesses import guess, in_graph
from shapewright.worker.info import GUESSED, MENDED, ensure_info, info_of, no_dispatch
from shapewright.worker.oracle import fails_for_every_size, judge
from shapewright.worker.unknown import MAGIC, Unknown

LARGEST = 1 << 22
"""A layer with more elements in its weights and operands than this is not run for real."""


def asked(module: nn.Module, args: Any, kwargs: Any, error: Exception) -> tuple[Exception | None, Any]:
    """Whether the layer raises with real weights and operands as well. Its own exception, or None and an output.
    Where it cannot be asked, it is believed to raise what it raised on fakes."""
    weights = _weights(module)
    with no_dispatch():
        if any("Uninit" in type(t).__name__ for t in weights.values()):
            return error, None
        operands = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        if sum(t.numel() for t in (*weights.values(), *operands)) > LARGEST:
            return error, None

    call = _with_weights(module, weights)
    verdict = judge(call, (weights, *args), kwargs)
    if verdict.error is None and verdict.result is not NotImplemented:
        return None, in_graph(guess(call, (weights, *args), kwargs), [*weights.values(), *operands])
    return verdict.error or error, None


def refuses_every_size(module: nn.Module, args: Any, kwargs: Any) -> bool:
    """Whether the layer raises whatever the sizes are that nobody knows."""
    weights = _weights(module)
    with no_dispatch():
        if any("Uninit" in type(t).__name__ for t in weights.values()):
            return False
    return fails_for_every_size(_with_weights(module, weights), (weights, *args), kwargs)


Weights = dict[tuple[int, str], torch.Tensor]


def _weights(module: nn.Module) -> Weights:
    return {
        (place, name): tensor
        for place, part in enumerate(module.modules())
        for held in (part._parameters, part._buffers)
        for name, tensor in held.items()
        if tensor is not None
    }


def _with_weights(module: nn.Module, weights: Weights) -> Callable[..., Any]:
    """The layer's own computation, as a function of its weights too."""

    def call(held: Weights, *args: Any, **kwargs: Any) -> Any:
        with _holding(module, {id(weights[key]): real for key, real in held.items()}):
            return module.forward(*args, **kwargs)

    return call


@contextlib.contextmanager
def _holding(module: nn.Module, real: dict[int, torch.Tensor]) -> Generator[None]:
    """The module with other tensors in the place of its own."""
    saved: list[tuple[Any, Any, Any]] = []
    for part in module.modules():
        for held in (part._parameters, part._buffers):
            saved += [(held, name, tensor) for name, tensor in held.items() if tensor is not None]
    try:
        for held, name, tensor in saved:
            held[name] = real[id(tensor)]
        yield
    finally:
        for held, name, tensor in saved:
            held[name] = tensor
        for part in module.modules():
            if isinstance(part, nn.RNNBase):  # it keeps its weights a second time
                part._init_flat_weights()


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
            known = [info_of(t) for t in (*tensors, *itertools.islice(module.parameters(), 1))]
            device = next((info.device for info in known if info is not None and info.device is not None), None)
            unsure = any(i is not None and i.soft for i in known) or not _is_declared(module, tensors[0])
            return _marked(_output(module, tensors), device, unsure)
        except Exception:
            return Unknown()


def _is_declared(module: nn.Module, x: torch.Tensor) -> bool:
    """Whether the layer's own settings say what it makes of an input of this rank, whatever was wrong with the call."""
    if isinstance(module, nn.RNNBase):
        return x.dim() == 3  # of two dimensions, one may be missing
    if isinstance(module, nn.MultiheadAttention):
        return x.dim() == 3
    return isinstance(module, (nn.RNNCellBase, nn.Linear, nn.Embedding, nn.modules.loss._Loss))


def _marked(value: Any, device: str | None, soft: bool) -> Any:
    """The output with its marks. Not `soft`: every size that is open in it says so itself."""
    for tensor in value if isinstance(value, tuple) else (value,):
        if isinstance(tensor, tuple):
            _marked(tensor, device, soft)
        elif isinstance(tensor, torch.Tensor):
            info = ensure_info(tensor)
            info.soft, info.mended, info.device = soft, GUESSED if soft else MENDED, device
    return value


def _output(module: nn.Module, tensors: list[torch.Tensor]) -> Any:
    x = tensors[0]
    shape = tuple(int(s) for s in x.shape)
    dtype = next((p.dtype for p in module.parameters()), x.dtype)

    def new(*sizes: int) -> torch.Tensor:
        made = torch.empty(sizes, dtype=dtype)
        return made.requires_grad_() * 1 if torch.is_grad_enabled() and dtype.is_floating_point else made

    if isinstance(module, nn.RNNBase) and shape[-1] != module.input_size in shape[:-1]:
        shape = (*(MAGIC for _ in shape[:-1]), shape[-1])  # dimensions exchanged: which of them is the batch is open
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
    if isinstance(module, (nn.modules.batchnorm._NormBase,)):  # what it checks itself is the rank
        return Unknown()
    return new(*shape)
