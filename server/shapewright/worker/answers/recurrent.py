"""Packed sequences, and recurrent layers over them: a fake gives up on them, and the real ones compute for seconds."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.answers.guesses import in_graph
from shapewright.worker.answers.table import PASS, answers, outside
from shapewright.worker.info import known_values, no_dispatch, set_known

functions: Any = vars(torch._C)["_VariableFunctions"]


@answers(functions.lstm, functions.gru, functions.rnn_tanh, functions.rnn_relu)
def _packed(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """The shapes follow from the state. Operands of several dtypes, or of a width that is not the weight's, are refused
    by PyTorch, which is asked."""
    if len(args) != 9 or not isinstance(args[1], torch.Tensor) or not isinstance(args[3], (list, tuple)):
        return PASS
    data, _, state, weights, *_, bidirectional = args
    states = [state] if isinstance(state, torch.Tensor) else list(state)
    tensors = [data, *states, *weights]
    if not all(type(t) is not int and isinstance(t, torch.Tensor) for t in tensors):
        return PASS
    with no_dispatch():
        if len({t.dtype for t in tensors}) > 1 or data.dim() != 2 or any(s.dim() != 3 for s in states):
            return PASS
        if weights[0].dim() != 2 or weights[0].shape[1] != data.shape[1]:
            return PASS
        width = int(states[0].shape[-1]) * (2 if bidirectional else 1)
        output = torch.empty((int(data.shape[0]), width), dtype=data.dtype)
        last = [torch.empty(tuple(s.shape), dtype=s.dtype) for s in states]
    return in_graph((output, *last), tensors)


@answers(functions._pack_padded_sequence)
def _pack(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """Lengths that nobody knows are taken to be whole. What does not fit is left to PyTorch to refuse."""
    if kwargs or len(args) != 3 or not all(isinstance(a, torch.Tensor) for a in args[:2]):
        return PASS
    data, lengths, batch_first = args
    with no_dispatch():
        if data.dim() < 2 or lengths.dim() != 1 or lengths.dtype != torch.int64:
            return PASS
        steps, batch = (int(s) for s in (data.shape[:2][::-1] if batch_first else data.shape[:2]))
        if lengths.shape[0] != batch or not batch or not steps:
            return PASS
        rest = tuple(data.shape[2:])
    known = known_values(lengths)
    counts = [steps] * batch if known is None else outside(known.tolist)
    if min(counts) < 1 or counts[0] > steps or counts != sorted(counts, reverse=True):
        return PASS
    sizes = [sum(c > step for c in counts) for step in range(counts[0])]
    with no_dispatch():
        flat, kept = torch.empty((sum(sizes), *rest), dtype=data.dtype), torch.empty((len(sizes),), dtype=torch.int64)
    set_known(kept, outside(lambda: torch.tensor(sizes)))
    return in_graph((flat, kept), [data])
