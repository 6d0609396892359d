"""For what only PyTorch or Python knows: rules that recognise their failure by what it says."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _facts as facts


def says(failure: wire.Failure, *parts: str) -> bool:
    """Whether the message of the failure holds one of the parts."""
    return any(part in failure.message for part in parts)


def first(failure: wire.Failure) -> str:
    """The first tensor of the failure in words; `the tensor` where there is none."""
    found = facts.tensors(failure)
    return show.tensor_text(found[0][1]) if found else "the tensor"
