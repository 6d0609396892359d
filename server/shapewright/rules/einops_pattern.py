"""`einops-pattern`: a tensor that does not fit the pattern of an einops call."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_PATTERN = re.compile(r"pattern \"(?P<pattern>[^\"]*)\"")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """einops says what is wrong in the last line of its message."""
    if failure.op != "python.EinopsError":
        return None
    found = _PATTERN.search(failure.message)
    lines = [line.strip() for line in failure.message.strip().splitlines()] or ["no reason is given"]
    reason = lines[-1].partition("}. ")[2] or lines[-1]
    given = next((fact for _, fact in facts.tensors(failure)), None)
    if found is None:
        return Told(f"einops: {reason}")
    fits = f" does not fit {tensor(given)}" if given else " does not fit"
    return Told(f"the pattern {found['pattern']!r}{fits}: {reason[:1].lower()}{reason[1:].rstrip('.')}")


RULE = Rule("einops-pattern", "A tensor does not fit the pattern of an einops call.", check)
