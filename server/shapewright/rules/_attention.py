"""What the rules about attention share."""

from __future__ import annotations

from dataclasses import dataclass

from shapewright import show, wire
from shapewright.rules import _facts as facts


@dataclass(frozen=True)
class Attention:
    """A multi-head attention that failed. `batch`, `target`, `source`: the size of the batch and both lengths, None
    where they are not known or there is no batch."""

    query: wire.TensorFact
    key: wire.TensorFact
    value: wire.TensorFact
    batched: bool
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
    # Inside of the layer the batch is always the second dimension.
    first = name == "MultiheadAttention" and bool(facts.setting(failure, "batch_first"))
    batched = len(query.shape) == 3
    at = 1 if batched and first else 0
    embed = facts.argument(failure, "embed_dim_to_check") or facts.setting(failure, "embed_dim")
    heads = facts.argument(failure, "num_heads") or facts.setting(failure, "num_heads")
    return Attention(
        query,
        key,
        value,
        batched,
        embed if isinstance(embed, int) else None,
        heads if isinstance(heads, int) else None,
        query.shape[1 - at] if batched else None,
        query.shape[at],
        key.shape[at],
    )
