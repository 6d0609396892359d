"""`index-mask`: a mask that is not of the shape of what it selects from."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _index as index
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A boolean index whose sizes are not those of the dimensions it stands for."""
    found = index.read(failure)
    for part in found.parts if found else ():
        fact = part.operand.value.tensor if part.operand else None
        if found is None or fact is None or fact.dtype != "bool" or fact.shape is None:
            continue
        for offset, size in enumerate(fact.shape):
            axis = part.axis + offset
            if axis < len(found.shape) and facts.differ(size, found.shape[axis]):
                message = (
                    f"the mask {tensor(fact)} does not fit {tensor(found.given)}: "
                    f"dimension {axis} has size {found.shape[axis]} and the mask {size}"
                )
                return Told(message, places.size_from(part.operand, offset))
    return None


RULE = Rule("index-mask", "A mask has another shape than what it selects from.", check)
