"""`attention-shape`: a query, key or value that does not fit the attention."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.rules import _attention as attention
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Features, batch or lengths differ."""
    if facts.op(failure) == "scaled_dot_product_attention":
        return _scaled(failure)
    if failure.op == "torch.nn.Transformer":
        return _transformer(failure)
    query = facts.tensor(failure, "query")
    found = attention.read(failure)
    if found is None:
        return None if query is None else _rank(failure, query)
    embed = found.embed
    given = {"query": found.query, "key": found.key, "value": found.value}
    widths = {
        "query": embed,
        "key": facts.setting(failure, "kdim") or embed,
        "value": facts.setting(failure, "vdim") or embed,
    }
    settings = {"query": "embed_dim", "key": "kdim", "value": "vdim"}
    for name, width in widths.items():
        fact = given[name]
        if fact.shape and facts.differ(fact.shape[-1], width):
            setting = settings[name] if width != embed else "embed_dim"
            message = (
                f"{who(failure)} wants {plural(width or 0, 'feature')} ({setting}={width}) "
                f"but the {name} has {fact.shape[-1]}: {tensor(fact)}"
            )
            return Told(message, places.size_from(facts.operand(failure, name), -1))
    return _lengths(failure, found)


def _rank(failure: wire.Failure, query: wire.TensorFact) -> Told | None:
    key = facts.tensor(failure, "key")
    name = show.short_name(failure.op)
    if name not in ("multi_head_attention_forward", "MultiheadAttention") or query.shape is None or key is None:
        return None
    message = (
        f"{who(failure)} wants query, key and value with 3 dimensions, or 2 without a batch, but gets {tensor(query)}"
    )
    return Told(f"{message} and {tensor(key)}", places.rank_from(facts.operand(failure, "query")))


def _lengths(failure: wire.Failure, found: attention.Attention) -> Told | None:
    query, key, value = found.query.shape or (), found.key.shape or (), found.value.shape or ()
    batch = found.batch_axis
    if found.batched and facts.differ(query[batch], key[batch]):
        counts = f"the query has {query[batch]} and the key {key[batch]}"
        message = f"{who(failure)} wants one batch size, but {counts}: {tensor(found.query)} and {tensor(found.key)}"
        return Told(message, places.born(facts.operand(failure, "key")))
    if len(key) == len(value) and any(facts.differ(a, b) for a, b in zip(key[:-1], value[:-1], strict=True)):
        message = f"{who(failure)} wants a value for each key, but gets {tensor(found.key)} and {tensor(found.value)}"
        return Told(message, places.born(facts.operand(failure, "value")))
    return None


def _scaled(failure: wire.Failure) -> Told | None:
    query, key, value = (facts.tensor(failure, name) for name in ("query", "key", "value"))
    if query is None or key is None or value is None or not query.shape or not key.shape or not value.shape:
        return None
    text = f"query {tensor(query)}, key {tensor(key)}, value {tensor(value)}"
    if facts.differ(query.shape[-1], key.shape[-1]):
        sizes_ = f"the query has {query.shape[-1]} and the key {key.shape[-1]}"
        where = places.size_from(facts.operand(failure, "key"), -1)
        return Told(f"scaled_dot_product_attention wants one size of head, but {sizes_}: {text}", where)
    if min(len(query.shape), len(key.shape), len(value.shape)) > 1 and facts.differ(key.shape[-2], value.shape[-2]):
        sizes_ = f"there are {key.shape[-2]} keys and {value.shape[-2]} values"
        where = places.size_from(facts.operand(failure, "value"), -2)
        return Told(f"scaled_dot_product_attention wants a value for each key, but {sizes_}: {text}", where)
    if facts.broken_axes(query.shape[:-2], key.shape[:-2]) or facts.broken_axes(key.shape[:-2], value.shape[:-2]):
        return Told(f"the batch dimensions of scaled_dot_product_attention do not broadcast: {text}")
    return None


def _transformer(failure: wire.Failure) -> Told | None:
    source, target, width = (
        facts.tensor(failure, "src"),
        facts.tensor(failure, "tgt"),
        facts.setting(failure, "d_model"),
    )
    if source is None or target is None or not source.shape or not target.shape:
        return None
    for name, fact in (("src", source), ("tgt", target)):
        if fact.shape and isinstance(width, int) and facts.differ(fact.shape[-1], width):
            wanted = f"{plural(width, 'feature')} (d_model={width})"
            message = f"{who(failure)} wants {wanted} but {name} has {fact.shape[-1]}: {tensor(fact)}"
            return Told(message, places.size_from(facts.operand(failure, name), -1))
    axis = 0 if facts.setting(failure, "batch_first") is True else 1
    if len(source.shape) == len(target.shape) == 3 and facts.differ(source.shape[axis], target.shape[axis]):
        text = f"src {tensor(source)} and tgt {tensor(target)}"
        return Told(f"{who(failure)} wants one batch size (dimension {axis}) but gets {text}")
    return None


RULE = Rule("attention-shape", "A query, key or value does not fit the attention.", check)
