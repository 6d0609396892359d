"""`rnn-hidden`: a hidden state that a recurrent layer does not take."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _rnn as rnn
from shapewright.rules._text import listing, sizes, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Another shape than layers, batch and hidden size say; or one tensor for a pair, or a pair for one."""
    whole = facts.tensor(failure, "self")
    if facts.op(failure) == "__getitem__" and failure.module is not None and whole is not None:
        # Inside of an LSTM only the pair is indexed.
        if show.short_name(failure.module.type) != "LSTM":
            return None
        return Told(f"{who(failure)} wants a pair (h_0, c_0) as its state but gets {tensor(whole)}")
    found = rnn.read(failure)
    if found is None or not found.states:
        return None
    pair = any(o.name.startswith("hx[") for o, _ in found.states)
    if pair != found.lstm:
        wanted = "a pair (h_0, c_0)" if found.lstm else "one tensor"
        given = listing([tensor(fact) for _, fact in found.states])
        return Told(f"{who(failure)} wants {wanted} as its state but gets {given}", places.born(found.states[0][0]))
    for number_, (operand, fact) in enumerate(found.states):
        wanted, words = _wanted(failure, found, cell_state=number_ == 1)
        if wanted is None or fact.shape is None or not _differ(wanted, fact.shape):
            continue
        name = ("h_0", "c_0")[number_] if found.lstm else "h_0"
        message = (
            f"{who(failure)} wants {name} of {sizes(wanted)} ({words}) but it is {tensor(fact)}"
            f"{_hint(failure, found, fact.shape)}"
        )
        return Told(message, places.born(operand))
    return None


def _differ(wanted: facts.Shape, shape: facts.Shape) -> bool:
    return len(wanted) != len(shape) or any(facts.differ(a, b) for a, b in zip(wanted, shape, strict=True))


def _wanted(failure: wire.Failure, found: rnn.Recurrent, cell_state: bool) -> tuple[facts.Shape | None, str]:
    hidden = found.hidden
    batched = len(found.shape) == (2 if found.cell else 3)
    if found.cell:
        return ((found.shape[0], hidden), "batch, hidden_size") if batched else ((hidden,), "hidden_size")
    layers = facts.setting(failure, "num_layers")
    if not isinstance(layers, int):
        return None, ""
    both_ways = facts.setting(failure, "bidirectional") is True
    projected = facts.setting(failure, "proj_size")
    size = projected if isinstance(projected, int) and projected and not cell_state else hidden
    first = "num_layers * 2" if both_ways else "num_layers"
    if not batched:
        return (layers * (1 + both_ways), size), f"{first}, hidden_size"
    batch = found.shape[0] if facts.setting(failure, "batch_first") else found.shape[1]
    return (layers * (1 + both_ways), batch, size), f"{first}, batch, hidden_size"


def _hint(failure: wire.Failure, found: rnn.Recurrent, shape: facts.Shape) -> str:
    """The state has the size of the other of the first two dimensions as its batch."""
    if found.cell or len(found.shape) != 3 or len(shape) != 3:
        return ""
    first = bool(facts.setting(failure, "batch_first"))
    batch, length = (0, 1) if first else (1, 0)
    if shape[1] != found.shape[length] or shape[1] == found.shape[batch]:
        return ""
    return f"; with batch_first={first} the batch is dimension {batch} of the input {tensor(found.input)}"


RULE = Rule("rnn-hidden", "The hidden state of a recurrent layer has another shape.", check)
