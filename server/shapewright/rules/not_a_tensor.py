"""`not-a-tensor`: a list, an array or a number where a tensor is wanted."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.reading import argument
from shapewright.rules._text import call, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_NOT = re.compile(
    r"(?:argument '(?P<name>\w+)' \(position \d+\) must be Tensor, not "
    r"|expected Tensor as element \d+ in argument \d+, but got "
    r"|got \((?=[^)]*\), but expected one of:\s+\* \(Tensor input))(?P<given>[\w.]+)"
)
_NAMES = {"NoneType": "None", "numpy.ndarray": "a NumPy array", "int": "an int"}


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """Only PyTorch's parser of arguments knows, so its message is read."""
    found = _NOT.search(failure.message)
    if failure.exception != "TypeError" or found is None or found["given"] in ("Tensor", "FakeTensor", "Parameter"):
        return None
    given = _NAMES.get(found["given"], f"a {found['given']}")
    name = who(failure) if not failure.op.startswith("python.") else failure.message.partition("(")[0]
    if not name.isidentifier() and " " in name:
        name = call(failure, sources)
    if given == "a str" and isinstance(text := argument(failure, found["name"] or ""), str):
        given = f"the str {text!r}"
    place = f" as its {found['name']}" if found["name"] else ""
    return Told(f"{name} wants a tensor{place} but gets {given}")


RULE = Rule("not-a-tensor", "Something else is given where a tensor is wanted.", check)
