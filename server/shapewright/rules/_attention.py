"""What the rules about attention share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shapewright import show, wire
from shapewright.rules import _facts as facts


@dataclass(frozen=True)
class Attention:
    """A multi-head attention that failed. `batch`, `target`, `source`: the size of the batch and both lengths, None
    where they are not known or there is no batch, whose dimension is `batch_axis`."""

    query: wire.TensorFact
    key: wire.TensorFact
    value: wire.TensorFact
    batched: bool
    batch_axis: int
    embed: int | None
    heads: int | None
    batch: int | None
    target: int | None
    source: int | None


def read(failure: wire.Failure) -> Attention | None:
    """The attention, or None where the failure is of none."""
    name = show.short_name(failure.op)
    query, key, value = (facts.tensor(failure, part) for part in ("query", "key", "value"))
    if name not in ("multi_head_attention_forward", "MultiheadAttention") or not query or not key or not value:
        return None
    if query.shape is None or key.shape is None or len(query.shape) not in (2, 3) or len(key.shape) != len(query.shape):
        return None
    batched = len(query.shape) == 3
    first = bool(facts.setting(failure, "batch_first"))
    if batched and first and name != "MultiheadAttention":
        # Inside of the layer the batch is the second dimension; what was given had it first.
        query, key, value = _turned(query), _turned(key), _turned(value)
    at = 1 if batched and first else 0
    embed = facts.argument(failure, "embed_dim_to_check") or facts.setting(failure, "embed_dim")
    heads = facts.argument(failure, "num_heads") or facts.setting(failure, "num_heads")
    shape, keys = query.shape or (), key.shape or ()
    return Attention(
        query,
        key,
        value,
        batched,
        1 - at,
        embed if isinstance(embed, int) else None,
        heads if isinstance(heads, int) else None,
        shape[1 - at] if batched else None,
        shape[at],
        keys[at],
    )


def _turned(fact: wire.TensorFact) -> wire.TensorFact:
    shape = fact.shape
    return fact if shape is None or len(shape) < 2 else replace(fact, shape=(shape[1], shape[0], *shape[2:]))
