"""`attention-heads`: features that do not divide into the heads of an attention."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules._text import call
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = ("embed_dim must be divisible by num_heads",)


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """The constructor checks it in Python and says which settings are at odds."""
    if not failure.op.startswith("python.") or not any(said in failure.message for said in _SAID):
        return None
    return Told(f"{call(failure, sources)}: {failure.message}")


RULE = Rule("attention-heads", "An attention cannot divide its features into its heads.", check)
