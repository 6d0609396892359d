"""What the rules about recurrent layers share."""

from __future__ import annotations

from dataclasses import dataclass

from shapewright import show, wire
from shapewright.rules import _facts as facts

_LAYERS = ("LSTM", "GRU", "RNN")
_CELLS = ("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
_CELL_LAYERS = ("LSTMCell", "GRUCell", "RNNCell")


@dataclass(frozen=True)
class Recurrent:
    """A recurrent layer, or a cell of one, that failed. `states`: its hidden state, and for an LSTM its cell state."""

    cell: bool
    lstm: bool
    input: wire.TensorFact
    shape: facts.Shape
    features: int
    hidden: int
    states: tuple[tuple[wire.Operand, wire.TensorFact], ...]


def read(failure: wire.Failure) -> Recurrent | None:
    """The layer, or None where the failure is of none."""
    name = show.short_name(failure.op)
    given = facts.tensor(failure, "input")
    if name not in (*_LAYERS, *_CELLS, *_CELL_LAYERS) or given is None or given.shape is None:
        return None
    cell = name in (*_CELLS, *_CELL_LAYERS)
    features, hidden = facts.setting(failure, "input_size"), facts.setting(failure, "hidden_size")
    w_ih, w_hh = facts.shape(failure, "w_ih"), facts.shape(failure, "w_hh")
    features, hidden = features or (w_ih and w_ih[-1]), hidden or (w_hh and w_hh[-1])
    if not isinstance(features, int) or not isinstance(hidden, int):
        return None
    states = tuple((o, t) for o, t in facts.tensors(failure) if o.name.partition("[")[0] in ("hx", "cx"))
    return Recurrent(cell, "LSTM" in name.upper(), given, given.shape, features, hidden, states)
