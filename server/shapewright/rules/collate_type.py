"""`collate-type`: samples of a kind that a loader cannot put into a batch."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(r"default_collate: batch must contain tensors.*; found <class '(?P<type>[\w.]+)'>")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`default_collate` knows tensors, arrays, numbers, strings, and lists and dicts of them."""
    found = _SAID.search(failure.message)
    if found is not None:
        kind = "None" if found["type"] == "NoneType" else found["type"]
        return Told(f"a sample holds {kind}, which default_collate cannot put into a batch")
    if "each element in list of batch should be of equal size" in failure.message:
        return Told("the samples of a batch hold lists of different lengths, which default_collate cannot join")
    return None


RULE = Rule("collate-type", "Samples are of a kind that cannot be put into one batch.", check)
