"""`autograd-unused`: a gradient for a tensor that the result does not depend on."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import listing, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`torch.autograd.grad` wants every input to be in the graph."""
    if not said.says(failure, "appears to not have been used in the graph"):
        return None
    found = facts.listed(failure, "inputs")
    given = listing([tensor(fact) for _, fact in found]) if found else "an input"
    return Told(
        f"grad: the result does not depend on {given}; allow_unused=True gives None for it", places.births(failure)
    )


RULE = Rule("autograd-unused", "A gradient is asked for a tensor that the result does not depend on.", check)
