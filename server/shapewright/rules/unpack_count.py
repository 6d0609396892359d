"""`unpack-count`: a shape or a tuple unpacked into another number of names."""

from __future__ import annotations

import re

from shapewright import show, wire
from shapewright.rules import _places as places
from shapewright.rules._text import call, plural
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(
    r"^(?:too many|not enough) values to unpack \(expected (?:at least )?(?P<wanted>\d+)(?:, got (?P<got>\d+))?\)"
)

_NAMES = re.compile(r"^[^=(]*,[^=]*=|\bfor\b.*,.*\bin\b|^\s*\(.*,.*\)\s*=")
"""A line that unpacks; elsewhere it is the library that does, over something that went wrong before."""


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """Python counts the names; the value counts itself."""
    found = _SAID.search(failure.message)
    source = sources.get(failure.span.path)
    line = source.line(failure.span.line - 1) if source else ""
    if failure.op != "python.ValueError" or found is None or not _NAMES.search(line):
        return None
    operand = next((o for o in reversed(failure.operands) if o.value.kind in ("tensor", "sequence")), None)
    wanted = plural(int(found["wanted"]), "name")
    if operand is None:
        return Told(f"{call(failure, sources)}: {failure.message}")
    value = operand.value
    shape = value.tensor.shape if value.tensor is not None else None
    rows = shape[0] if shape and shape[0] is not None else "other"
    count = found["got"] or (str(value.length) if value.length is not None else rows)
    return Told(f"{wanted} for {count} values: {show.value_text(value)} is unpacked", places.rank_from(operand))


RULE = Rule("unpack-count", "A shape or a tuple is unpacked into another number of names.", check)
