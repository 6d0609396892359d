"""`conv-kernel-size`: a kernel that is larger than the padded input."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _conv as conv
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, times, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Along some axis the dilated kernel does not fit."""
    found = conv.read(failure)
    if found is None or found.transposed or len(found.given) not in (found.axes + 1, found.axes + 2):
        return None
    kernel = found.weight.shape[2:] if found.weight.shape else ()
    padding = facts.per_axis(facts.argument(failure, "padding"), found.axes)
    dilation = facts.per_axis(facts.argument(failure, "dilation"), found.axes)
    given = found.given[-found.axes :]
    if padding is None or dilation is None or None in kernel or None in given:
        return None
    reach = [d * ((k or 0) - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    padded = [(size or 0) + 2 * p for size, p in zip(given, padding, strict=True)]
    small = [axis for axis in range(found.axes) if padded[axis] < reach[axis]]
    if not small:
        return None
    with_padding = f" ({times(padded)} with its padding)" if any(padding) else ""
    dilated = f" ({times(reach)} with its dilation)" if any(d != 1 for d in dilation) else ""
    message = (
        f"{who(failure)} has a kernel of {times(kernel)}{dilated} but the input is only {times(given)}{with_padding}: "
        f"{tensor(found.input)}"
    )
    return Told(message, places.size_from(facts.operand(failure, "input"), small[0] - found.axes))


RULE = Rule("conv-kernel-size", "A convolution's kernel is larger than its input.", check)
