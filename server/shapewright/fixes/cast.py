"""A cast behind an operand: `x` becomes `x.float()`."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Candidate, Edit, Location
from shapewright.source import Range
from shapewright.sources import Sources

_METHODS = {
    "float32": ".float()",
    "float64": ".double()",
    "float16": ".half()",
    "bfloat16": ".bfloat16()",
    "int64": ".long()",
    "int32": ".int()",
    "bool": ".bool()",
}


def candidates(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
    """A cast of each operand written in the call to the dtype of one of the others."""
    dtypes = [o.value.tensor.dtype for o in failure.operands if o.value.tensor]
    if failure.module is not None:
        dtypes += [fact.dtype for fact in failure.module.parameters.values()]
    found: dict[tuple[str, Location], Candidate] = {}
    for operand in failure.operands:
        location = sources.location(operand.span) if operand.span else None
        if location is None or operand.value.tensor is None:
            continue
        for dtype in dict.fromkeys(dtypes):
            if dtype in _METHODS and dtype != operand.value.tensor.dtype:
                behind = Location(location.path, Range(location.range.end, location.range.end))
                text = sources.text(location)
                edit = Edit(behind, _METHODS[dtype])
                title = f"Cast {text} to {dtype}"
                found.setdefault((dtype, location), Candidate(title, (edit,), preferred=True))
    return tuple(found.values())
