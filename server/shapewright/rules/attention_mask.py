"""`attention-mask`: a mask that does not fit the attention."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _attention as attention
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import sizes, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Masks of MultiheadAttention and of scaled_dot_product_attention."""
    if facts.op(failure) == "scaled_dot_product_attention":
        return _scaled(failure)
    found = attention.read(failure)
    if found is None:
        return None
    padding, mask = facts.tensor(failure, "key_padding_mask"), facts.tensor(failure, "attn_mask")
    if padding is not None and padding.shape is not None:
        wanted = (found.batch, found.source) if found.batched else (found.source,)
        if _differ(wanted, padding.shape):
            return _told(failure, "key_padding_mask", wanted, "[batch, keys]" if found.batched else "[keys]", padding)
    if mask is not None and mask.shape is not None:
        wanted = (found.target, found.source)
        words = "[queries, keys]"
        if len(mask.shape) == 3:
            wanted = (facts.product((found.batch if found.batched else 1, found.heads)), *wanted)
            words = "[batch * heads, queries, keys]"
        if _differ(wanted, mask.shape):
            return _told(failure, "attn_mask", wanted, words, mask)
    return None


def _scaled(failure: wire.Failure) -> Told | None:
    query, key, mask = (facts.tensor(failure, name) for name in ("query", "key", "attn_mask"))
    if query is None or key is None or mask is None or not query.shape or not key.shape or mask.shape is None:
        return None
    if len(query.shape) < 2 or len(key.shape) < 2:
        return None
    wanted = (*query.shape[:-1], key.shape[-2])
    if len(mask.shape) > len(wanted) or facts.broken_axes(wanted, mask.shape):
        return _told(failure, "attn_mask", wanted, "[..., queries, keys]", mask)
    return None


def _told(failure: wire.Failure, name: str, wanted: facts.Shape, words: str, mask: wire.TensorFact) -> Told:
    message = f"{who(failure)} wants {name} of {sizes(wanted)}, {words}, but it is {tensor(mask)}"
    return Told(message, places.born(facts.operand(failure, name)))


def _differ(wanted: facts.Shape, shape: facts.Shape) -> bool:
    return len(wanted) != len(shape) or any(facts.differ(a, b) for a, b in zip(wanted, shape, strict=True))


RULE = Rule("attention-mask", "A mask does not fit the queries and keys of an attention.", check)
