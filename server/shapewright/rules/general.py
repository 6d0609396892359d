"""`tensor-error`: any failure for which there is no rule that knows more."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.model import Finding, Related, Severity
from shapewright.sources import Sources

CODE = "tensor-error"


def finding(failure: wire.Failure, sources: Sources) -> Finding | None:
    """The failure in words: the operation, what it was given, where that came from."""
    location = sources.location(failure.span)
    if location is None:
        return None
    name = failure.module.type if failure.module else failure.op
    given = ", ".join(f"{o.name} {show.value_text(o.value)}" for o in failure.operands)
    message = f"{show.short_name(name)} fails" + (f" with {given}" if given else "")
    if failure.op.startswith("python."):
        message = f"{failure.exception}: {failure.message}"
    return Finding(
        CODE, Severity.ERROR, message, location, failure.message, _related(failure, sources), failure=failure
    )


def _related(failure: wire.Failure, sources: Sources) -> tuple[Related, ...]:
    places: list[tuple[wire.Span | None, str]] = []
    if failure.module is not None:
        places.append((failure.module.declared or failure.module.birth, "the layer is made here"))
    places += [(frame.span, f"called here, in {frame.function}") for frame in reversed(failure.stack[:-1])]
    for operand in failure.operands:
        if operand.history:
            step = operand.history[-1]
            places.append((step.span, f"{operand.name} {show.value_text(step.value)} comes from here"))
    places.append((failure.declared, "the inputs are declared here"))
    found = ((sources.location(span), text) for span, text in places if span is not None)
    return tuple(Related(location, text) for location, text in found if location is not None)
