"""Indices that are out of range: more entries in the table, more classes, or a shift of the labels."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name
from shapewright.fixes._dims import sources
from shapewright.fixes._numbers import changes
from shapewright.fixes._origins import origins
from shapewright.fixes._places import arguments, places

_TABLES = ("embedding", "embedding_bag")
_LABELS = ("nll_loss", "cross_entropy", "one_hot", "multi_margin_loss")


def offers(context: Context) -> Iterator[Offer]:
    """Make room for the largest index, or shift the indices so that they begin at 0."""
    failure = context.failure
    op = read.op(failure)
    if read.cause(failure) != "value" and failure.exception not in ("IndexError", "RuntimeError"):
        return
    if op in _TABLES:
        indices, table = read.operand(failure, "input"), read.operand(failure, "weight")
        count = (read.shape(table) or (None,))[0]
        if indices is not None and table is not None and count is not None:
            yield from _last(context, indices, count)
            yield from _shifted(context, indices, count)
            yield from _clamped(context, indices, count)
            yield from _entries(context, table, indices, count)
    elif op in ("__getitem__", "index_select", "select"):
        yield from _item(context)
    elif op in _LABELS:
        labels, scores = read.operand(failure, "target", "tensor"), read.operand(failure, "input")
        shape = read.shape(scores)
        count = shape[1] if shape is not None and len(shape) > 1 else read.argument(failure, "num_classes")
        if labels is not None and isinstance(count, int):
            yield from _shifted(context, labels, count)
            if scores is not None:
                yield from _classes(context, scores, labels, count)


def _shifted(context: Context, indices: wire.Operand, count: int) -> Iterator[Offer]:
    bounds = read.bounds(indices)
    if bounds is None or not 0 < int(bounds[0]) <= int(bounds[1]) - count + 1 + int(bounds[0]) - 1:
        return
    low, high = int(bounds[0]), int(bounds[1])
    if high - low >= count:
        return
    for place in places(context, indices):
        edits = place.spot.suffix(f" - {low}") if place.spot.text.isidentifier() else place.spot.suffix(f".sub({low})")
        title = f"Count from 0: {place.spot.text} - {low}"
        yield Offer(title, edits, 0.5 + (0.1 if place.reach == "birth" else 0.2 + place.cost), sure=True)


def _last(context: Context, indices: wire.Operand, count: int) -> Iterator[Offer]:
    """Positions that are counted along a sequence: only the last of it are given."""
    made = context.spot(indices.history[-1].span) if indices.history else None
    if made is None or not isinstance(made.node, ast.Call) or last_name(made.node.func) != "arange":
        return
    function = made.tree.function(made.node)
    if not isinstance(function, ast.FunctionDef):
        return
    for argument in function.args.args[1:]:
        use = next((n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == argument.arg), None)
        measured = any(
            isinstance(n, ast.Attribute) and n.attr in ("shape", "size") and last_name(n.value) == argument.arg
            for n in ast.walk(function)
        )
        for given in arguments(context, made.at(use)) if use is not None and measured else ():
            text = f"[:, -{count}:]"
            title = f"Give it the last {count}: {given.tree.suffixed(given.node, text)}"
            yield Offer(title, given.suffix(text), 0.4, sure=True)


def _item(context: Context) -> Iterator[Offer]:
    """An index behind the end: more room where the tensor is made."""
    table, index = read.operand(context.failure, "self", "input"), read.operand(context.failure, "idx", "index", "k")
    bounds, shape = read.bounds(index), read.shape(table)
    if index is None and shape:
        yield from _wrapped(context, shape)
    if table is None or bounds is None or not shape or shape[0] is None or bounds[1] < shape[0]:
        return
    wanted = int(bounds[1]) + 1
    for source in sources(context, table, 0):
        for change in changes(context, source.spot, shape[0], wanted)[:3]:
            yield Offer(source.titled(wanted, change.words), change.edits, 0.6 + 0.2 * change.cost, sure=True)


def _wrapped(context: Context, shape: read.Shape) -> Iterator[Offer]:
    """An index written out that is behind the end: the last one, or one that begins again at 0."""
    spot = context.failing
    if spot is None or not isinstance(spot.node, ast.Subscript) or context.failure.exception != "IndexError":
        return
    items = spot.node.slice.elts if isinstance(spot.node.slice, ast.Tuple) else [spot.node.slice]
    for axis, item in enumerate(items[: len(shape)]):
        size = shape[axis]
        if isinstance(item, ast.Slice) or size is None:
            continue
        if isinstance(item, ast.Constant):
            if isinstance(item.value, int) and item.value >= size > 0:
                title = f"Take the last of {size} in dimension {axis}: {size - 1}"
                yield Offer(title, spot.at(item).replace(str(size - 1)), 0.4, sure=True)
            continue
        text = spot.tree.text(item)
        inner = text if isinstance(item, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"
        wrapped = f"{inner} % {spot.tree.text(spot.node.value)}.size({axis})"
        simple = isinstance(item, ast.Name)
        yield Offer(f"Begin again at 0: {wrapped}", spot.at(item).replace(wrapped), 1.0 + 0.3 * simple, sure=not simple)


def _clamped(context: Context, indices: wire.Operand, count: int) -> Iterator[Offer]:
    bounds = read.bounds(indices)
    if bounds is None:
        return
    if bounds[0] >= 0:
        spot = context.spot(indices.span)
        if spot is not None:
            text = f".clamp(max={count - 1})"
            title = f"Take entry {count - 1} for what is behind it: {spot.tree.suffixed(spot.node, text)}"
            yield Offer(title, spot.suffix(text), 1.9)
        return
    for place in places(context, indices):
        text = place.spot.tree.suffixed(place.spot.node, ".clamp(min=0)")
        yield Offer(f"Take entry 0 for what is negative: {text}", place.spot.suffix(".clamp(min=0)"), 0.6 + place.cost)


def _entries(context: Context, table: wire.Operand, indices: wire.Operand, count: int) -> Iterator[Offer]:
    bounds = read.bounds(indices)
    if bounds is None or bounds[1] < count:
        return
    wanted = int(bounds[1]) + 1
    for source in sources(context, table, 0):
        for change in changes(context, source.spot, count, wanted)[:4]:
            words = change.words if "=" in change.words else f"num_embeddings={change.words}"
            yield Offer(f"{source.title(wanted)} ({words})", change.edits, 0.9 + 0.2 * change.cost, sure=True)
        if wanted == count + 1 and not isinstance(source.spot.node, ast.Constant):
            text = f"{source.spot.text} + 1"
            title = f"{source.title(wanted)} (num_embeddings={text})"
            yield Offer(title, source.spot.replace(text), 0.85, sure=True)
            for given in origins(context, source.spot)[:1] if isinstance(source.spot.node, ast.Name) else ():
                if not isinstance(given.node, ast.Constant):
                    more = f"{source.title(wanted)} ({source.spot.text}={given.text} + 1)"
                    yield Offer(more, given.replace(f"{given.text} + 1"), 0.8, sure=True)


def _classes(context: Context, scores: wire.Operand, labels: wire.Operand, count: int) -> Iterator[Offer]:
    bounds = read.bounds(labels)
    if bounds is None or bounds[1] < count:
        return
    wanted = int(bounds[1]) + 1
    for source in sources(context, scores, 1):
        for change in changes(context, source.spot, source.size, wanted)[:3]:
            words = change.words if "=" in change.words else f"{_word(source.kind)}{change.words}"
            yield Offer(f"{source.title(wanted)} ({words})", change.edits, 0.9 + 0.2 * change.cost, sure=True)


def _word(kind: str) -> str:
    """The parameter that is set, in front of its number."""
    return "out_features=" if kind == "layer" else ""
