"""`tuple-as-tensor`: a tuple where a tensor is wanted, often what a recurrent layer returns."""

from __future__ import annotations

import re

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules._text import listing, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu", "quantized_lstm")


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """A layer is given the tuple, or the tuple is asked for what only a tensor has."""
    if failure.exception == "TypeError" and _NOT_TUPLE.search(failure.message):
        inside = [(o, t) for o, t in facts.tensors(failure) if "[" in o.name]
        name = inside[0][0].name.partition("[")[0] if inside else "input"
        held = listing([tensor(fact) for _, fact in inside]) if inside else "values"
        text = _source(inside[0][0] if inside else None)
        return Told(f"{_who(failure)} wants a tensor as its {name} but gets a tuple of {held}{text}")
    of_tuple = failure.facts.get("object") == "tuple" or failure.message.startswith("tuple indices must be")
    held = [o for o in failure.operands if o.value.kind == "sequence" and o.value.type in ("tuple", "PackedSequence")]
    found = next((o for o in held if _begins(o, failure)), held[0] if held else None)
    if not failure.op.startswith("python.") or not of_tuple or found is None or not show.holds_tensor(found.value):
        return None
    wrong = (
        f"has no .{failure.facts['attribute']}" if "attribute" in failure.facts else "cannot be indexed like a tensor"
    )
    if found.value.type == "PackedSequence":
        return Told(
            f"{_written(found, sources)} is a PackedSequence, which {wrong}; unpack it with pad_packed_sequence"
        )
    return Told(
        f"{_written(found, sources)} is a tuple {show.value_text(found.value)}, which {wrong}; take one of its parts"
    )


_NOT_TUPLE = re.compile(r"must be Tensor, not tuple|got \(tuple")


def _begins(operand: wire.Operand, failure: wire.Failure) -> bool:
    """Whether it is the value that is indexed, and not its index."""
    span, whole = operand.span, failure.span
    return span is not None and (span.line, span.column) == (whole.line, whole.column)


def _who(failure: wire.Failure) -> str:
    return who(failure) if not failure.op.startswith("python.") else failure.message.partition("(")[0]


def _source(first: wire.Operand | None) -> str:
    step = first.history[0] if first is not None and first.history else None
    if step is None or step.op not in _RECURRENT:
        return ""
    return f"; {step.op.partition('_')[0].upper()} returns its output and its state"


def _written(found: wire.Operand, sources: Sources) -> str:
    location = sources.location(found.span) if found.span else None
    text = " ".join(sources.text(location).split()) if location else ""
    return text if 0 < len(text) <= 40 else "the value"


RULE = Rule("tuple-as-tensor", "A tuple is given where a tensor is wanted.", check)
