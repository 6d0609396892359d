"""`deepcopy-graph`: a deep copy of a tensor that was computed."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The copy would need a copy of the graph."""
    if not said.says(failure, "support the deepcopy protocol"):
        return None
    message = f"deepcopy cannot copy {said.first(failure)}, which was computed and carries a graph; detach() it first"
    return Told(message, places.births(failure))


RULE = Rule("deepcopy-graph", "A tensor that carries a graph is copied deeply.", check)
