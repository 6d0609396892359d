"""`missing-grad`: a gradient used before there is one."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules._text import call
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """`.grad` is None until backward has reached the tensor."""
    text = call(failure, sources)
    held = failure.facts.get("object") == "NoneType" or "'NoneType'" in failure.message
    found = re.search(r"[\w.\[\]]+\.grad\b", text)
    if failure.op not in ("python.TypeError", "python.AttributeError") or not held or found is None:
        return None
    return Told(f"{found[0]} is None: no backward has reached {found[0].removesuffix('.grad')}, or it is no leaf")


RULE = Rule("missing-grad", "A gradient is used before there is one.", check)
