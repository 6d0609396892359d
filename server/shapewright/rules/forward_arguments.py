"""`forward-arguments`: a layer or model called with other arguments than its `forward` takes."""

from __future__ import annotations

import re

from shapewright import show, wire
from shapewright.rules._text import listing
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(
    r"(?P<name>[\w.]+)\(\) (?P<wrong>missing \d+ required|takes "
    r"|got an unexpected keyword|got multiple values|got some positional)"
)


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Python says what is missing or too many."""
    found = _SAID.search(failure.message)
    if failure.exception != "TypeError" or found is None:
        return None
    given = [show.value_text(o.value) for o in failure.operands if o.value.kind != "module"]
    tail = f"; it is given {listing(given)}" if given else ""
    return Told(f"{failure.message}{tail}")


RULE = Rule("forward-arguments", "A model is called with other arguments than its forward takes.", check)
