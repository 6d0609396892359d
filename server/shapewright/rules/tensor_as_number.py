"""`tensor-as-number`: a tensor of several elements used as one number or as a condition."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_ASKED = {
    "item": "item()",
    "__float__": "float()",
    "__int__": "int()",
    "__index__": "an index",
    "__bool__": "a condition",
    "__complex__": "complex()",
}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Only a tensor of one element is a number."""
    name = failure.op.rpartition(".")[2]
    found = facts.tensors(failure)
    if name not in _ASKED or not found or found[0][1].shape is None:
        return None
    operand, fact = found[0]
    if name == "__index__" and facts.product(fact.shape or ()) == 1:
        return Told(f"an index must be a whole number but gets {tensor(fact)}", places.dtype_from(operand))
    hint = "; say whether any() or all() of them count" if name == "__bool__" else ""
    count = facts.product(fact.shape or ())
    there = "more" if count is None else count
    message = f"{_ASKED[name]} wants a tensor of one element but {tensor(fact)} has {there}{hint}"
    return Told(message, places.rank_from(operand))


RULE = Rule("tensor-as-number", "A tensor of several elements is used as one number.", check)
