"""`mask-dtype`: a mask or a condition that is not bool."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_MASKS = ("mask", "condition", "key_padding_mask", "attn_mask")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`masked_fill`, `where` and their like; `~`, `&` and `|` of floats."""
    name = facts.op(failure).rstrip("_")
    if failure.facts.get("cause") != "dtype" and not said.says(failure, "only supports boolean masks"):
        return None
    operand, fact = facts.operand(failure, *_MASKS), facts.tensor(failure, *_MASKS)
    if operand is not None and fact is not None and fact.dtype not in (None, "bool"):
        message = f"{name} wants a {operand.name.replace('_', ' ')} of bool but it is {fact.dtype}: {tensor(fact)}"
        return Told(message, places.dtype_from(operand))
    sign = {"and": "&", "or": "|", "xor": "^", "invert": "~", "bitwise_not": "~"}.get(name.strip("_"))
    wrong = next(((o, t) for o, t in facts.tensors(failure) if t.dtype in facts.FLOATS), None)
    if sign is None or wrong is None:
        return None
    return Told(
        f"{sign} wants bool or integers but gets {wrong[1].dtype}: {tensor(wrong[1])}", places.dtype_from(wrong[0])
    )


RULE = Rule("mask-dtype", "A mask or a condition is not of dtype bool.", check)
