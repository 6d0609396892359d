"""`bmm-shape`: batches of matrices that do not fit."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_OPERANDS = {"bmm": ("input", "mat2"), "baddbmm": ("batch1", "batch2"), "addbmm": ("batch1", "batch2")}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Ranks, batch sizes or inner dimensions differ."""
    name = facts.op(failure)
    if name not in _OPERANDS:
        return None
    found = tuple((o, t) for o, t in facts.tensors(failure) if o.name in (*_OPERANDS[name], "self"))
    if len(found) < 2 or found[0][1].shape is None or found[1][1].shape is None:
        return None
    (first, one), (second, other) = found[:2]
    a, b = one.shape or (), other.shape or ()
    text = f"{tensor(one)} and {tensor(other)}"
    if len(a) != 3 or len(b) != 3:
        return Told(f"{name} wants [b, n, m] and [b, m, p], each with 3 dimensions, but gets {text}")
    if facts.differ(a[0], b[0]):
        places_ = (*places.size_from(first, 0), *places.size_from(second, 0))
        return Told(f"{name} wants equal batch sizes, but they are {a[0]} and {b[0]}: {text}", places_)
    if facts.differ(a[2], b[1]):
        places_ = (*places.size_from(first, -1), *places.size_from(second, -2))
        return Told(f"{name} wants [b, n, m] and [b, m, p], but m is {a[2]} and {b[1]}: {text}", places_)
    return None


RULE = Rule("bmm-shape", "Batches of matrices do not fit each other.", check)
