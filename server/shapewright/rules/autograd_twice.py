"""`autograd-twice`: a second backward through a graph that is gone."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The first one freed what the second needs."""
    if not said.says(failure, "backward through the graph a second time"):
        return None
    return Told(
        f"{facts.op(failure)}: part of the graph behind {said.first(failure)} was freed by an earlier backward; "
        "detach what is kept from one step to the next, or keep the graph with retain_graph=True"
    )


RULE = Rule("autograd-twice", "Backward runs a second time through a graph that was freed.", check)
