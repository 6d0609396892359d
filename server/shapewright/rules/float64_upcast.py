"""`float64-upcast`: data from NumPy makes a result float64."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import both
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

CODE = "float64-upcast"


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """float32 that a model computed, and float64 that nobody asked for."""
    found = facts.tensors(failure)
    if failure.kind != CODE or len(found) < 2:
        return None
    double = next((o for o, t in found if t.dtype == "float64"), None)
    message = f"{both(failure, found[0][1], found[1][1])} is float64, which the data from NumPy is and nobody asks for"
    return Told(message, places.dtype_from(double))


RULE = Rule(CODE, "float64 data from NumPy makes a result float64.", check, Severity.WARNING)
