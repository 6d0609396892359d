"""`conv-groups`: channels that do not divide into the groups of a convolution."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules._text import call
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = (
    "in_channels must be divisible by groups",
    "out_channels must be divisible by groups",
    "groups must be a positive",
)


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """The constructor checks it in Python and says which settings are at odds."""
    if not failure.op.startswith("python.") or not any(said in failure.message for said in _SAID):
        return None
    return Told(f"{call(failure, sources)}: {failure.message}")


RULE = Rule("conv-groups", "A convolution cannot divide its channels into its groups.", check)
