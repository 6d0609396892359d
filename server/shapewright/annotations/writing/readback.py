"""Whether what was written is read as what it was written for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapewright import show, wire
from shapewright.annotations import dims
from shapewright.annotations.writing.words import shape_of

_USUAL = (None, "float", "float32")


def is_same(declared: wire.Declared, value: wire.Value) -> bool:
    """Whether a declaration says exactly the shapes and dtypes of a value."""
    if declared.kind == "tensor":
        return value.kind == "tensor" and value.tensor is not None and _tensor(declared, value.tensor)
    if declared.kind == "dict":
        return declared.keys == value.keys and all(map(is_same, declared.items, value.items))
    if declared.kind == "list":
        return bool(value.items) and all(is_same(declared.items[0], item) for item in value.items)
    return len(declared.items) == len(value.items) and all(map(is_same, declared.items, value.items))


def are_results(declared: Sequence[wire.Declared], outputs: Sequence[wire.Value]) -> bool:
    """The same of results, of which a tuple may be one declaration or one for each member."""
    if not declared or not outputs:
        return not declared and not outputs
    if len(declared) == 1:
        return len(outputs) == 1 and is_same(declared[0], outputs[0])
    members = outputs[0].items if len(outputs) == 1 else tuple(outputs)
    return len(members) == len(declared) and all(map(is_same, declared, members))


def holds_tensors(value: wire.Value) -> bool:
    """Whether there is anything to write."""
    return show.holds_tensor(value)


def _tensor(declared: wire.Declared, fact: wire.TensorFact) -> bool:
    shape = shape_of(fact)
    if shape is None or len(declared.alternatives) != 1:
        return False
    same_dtype = declared.dtype == fact.dtype or (declared.dtype in _USUAL and fact.dtype in _USUAL)
    return same_dtype and _plain(dims.show(declared.alternatives[0])) == _plain(dims.show(shape))


def _plain(text: str) -> str:
    return re.sub(r"\s|(?<=/)/", "", text)
