"""A batch that a layer takes for one sample, because its tensors have one dimension less than a batch of samples."""

from __future__ import annotations

import sys
from typing import Any

import torch

from shapewright.worker.failures import Reporter
from shapewright.worker.info import no_dispatch
from shapewright.worker.silent.origin import is_certain, node_of

_nn = torch.nn
_RANKS: dict[type, int] = {
    _nn.Conv1d: 2, _nn.Conv2d: 3, _nn.Conv3d: 4, _nn.ConvTranspose1d: 2, _nn.ConvTranspose2d: 3, _nn.ConvTranspose3d: 4,
    _nn.RNN: 2, _nn.LSTM: 2, _nn.GRU: 2, _nn.MultiheadAttention: 2, _nn.TransformerEncoderLayer: 2,
    _nn.TransformerEncoder: 2,
}  # fmt: skip
"""How many dimensions one sample alone has."""
_SAME = frozenset({"to", "float", "double", "half", "cuda", "cpu", "type", "contiguous", "clone", "detach", "type_as"})


def look(module: torch.nn.Module, args: Any, reporter: Reporter) -> None:
    """Report a batch of a loader, just as it came from there, that is taken for one sample."""
    rank = _RANKS.get(type(module))
    if rank is None or not args or not isinstance(args[0], torch.Tensor):
        return
    given = args[0]
    with no_dispatch():
        if given.dim() != rank or given.shape[0] < 2:
            return
    node = node_of(given)
    while node is not None and node not in reporter.state.batches and node.op in _SAME and node.parents:
        node = node.parents[0]
    if node in reporter.state.batches and is_certain(given):
        name = f"torch.nn.{type(module).__name__}"
        reporter.silent("unbatched-input", name, "", [("input", given)], sys._getframe(1), module=module)
