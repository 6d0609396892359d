"""`backward-dtype`: a loss of another dtype than the parameters behind it."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The loss took both dtypes, and the gradient on its way back does not."""
    if facts.op(failure) not in ("backward", "grad") or not said.says(failure, "Found dtype"):
        return None
    found = _DTYPES.search(failure.message)
    if found is None:
        return None
    given, wanted = (_NAMES.get(name, name.lower()) for name in (found["given"], found["wanted"]))
    reason = "the target of the loss is of another dtype than its input"
    message = f"{facts.op(failure)}: a gradient of {given} meets {wanted}; {reason}"
    return Told(message, places.births(failure))


_DTYPES = re.compile(r"Found dtype (?P<given>\w+) but expected (?P<wanted>\w+)")
_NAMES = {
    "Double": "float64",
    "Float": "float32",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
}

RULE = Rule(
    "backward-dtype", "The target of a loss is of another dtype than its input, which backward finds out.", check
)
