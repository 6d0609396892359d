"""Another number where a size was born: the arguments of a layer, made-up data, a view, a slice, a batch."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name
from shapewright.fixes._demands import Demand, End, demands
from shapewright.fixes._dims import Source, sources, variable
from shapewright.fixes._made import size_arguments
from shapewright.fixes._numbers import Change, changes, evaluate
from shapewright.fixes._origins import assigned, parameter
from shapewright.fixes._places import arguments
from shapewright.model import Edit

_RANK = {"layer": 1.6, "made": 1.4, "view": 0.8, "loader": 2.4, "slice": 1.3}


def offers(context: Context) -> Iterator[Offer]:
    """For each two sizes that differ: either one changed where it was born."""
    found = demands(context.failure)
    for number, demand in enumerate(found[:3]):
        yield from _side(context, demand, demand.one, demand.other, number)
        yield from _side(context, demand, demand.other, demand.one, number)
    if len(found) > 1:
        yield from _together(context, [(d.one, d.other) for d in found])
        yield from _together(context, [(d.other, d.one) for d in found])
        mixed = [(d.one, d.other) if len(d.one.operand.history) < 3 else (d.other, d.one) for d in found]
        yield from _together(context, mixed)


def _together(context: Context, pairs: list[tuple[End, End]]) -> Iterator[Offer]:
    """Several dimensions of one tensor that are wrong in the same way."""
    if len({end.operand.name for end, _ in pairs}) != 1 or len({(end.size, other.size) for end, other in pairs}) != 1:
        return
    ways: list[list[tuple[Source, Change]]] = []
    for end, other in pairs:
        source = next(sources(context, end.operand, end.axis), None)
        if source is None or other.size is None:
            return
        ways.append([(source, change) for change in changes(context, source.spot, source.size, other.size)])
    for found in itertools.islice(zip(*ways, strict=False), 3):
        edits = tuple(dict.fromkeys(edit for _, change in found for edit in change.edits))
        source, change = found[0]
        sizes = " and ".join(dict.fromkeys(str(end.axis) for end, _ in pairs))
        if len(edits) > 1:
            title = f"{source.titled(pairs[0][1].size or 0, change.words)}, in dimensions {sizes}"
            yield Offer(title, edits, 1.0 + 0.25 * change.cost, sure=change.cost < 1.2)


def _side(context: Context, demand: Demand, end: End, other: End, number: int) -> Iterator[Offer]:
    if end.size is None or other.size is None:
        return
    if end is demand.one:
        wanted = other.size * demand.factor
    elif other.size % demand.factor:
        return
    else:
        # The layer's own setting counts all groups, the weight those of one.
        wanted = other.size if end.operand.name in read.PARAMETERS else other.size // demand.factor
    own = end.operand.name in read.PARAMETERS and context.failure.module is not None
    for source in sources(context, end.operand, end.axis):
        goal = wanted
        if not own and source.size != end.size and end.size:
            # Both directions of a recurrent layer, or several heads: the setting is a fraction of the size.
            if wanted * source.size % end.size:
                continue
            goal = wanted * source.size // end.size
        if source.kind == "made":
            yield from _measured(context, source, other, number)
        if own:
            yield from _as_written(context, source, other, goal, number)
        for change in changes(context, source.spot, source.size, goal)[:4]:
            title = source.titled(goal, _words(context, source, change.words))
            rank = (1.0 if own else _RANK[source.kind]) + 0.25 * change.cost + 0.8 * number
            yield Offer(title, change.edits, rank, sure=_is_clear(context, source, change, own, end, other))
            if own:
                others = _companions(context, other, source.size, goal)
                if others:
                    edits = tuple(dict.fromkeys((*change.edits, *(e for edits, _ in others for e in edits))))
                    names = ", ".join(dict.fromkeys(name for _, name in others))
                    yield Offer(f"{title}, and {names} too", edits, rank + 0.2)


def _as_written(context: Context, source: Source, other: End, goal: int, number: int) -> Iterator[Offer]:
    """What the layer in front says in the same function: `dim * ratio` behind `Linear(dim, dim * ratio)`."""
    for before in itertools.islice(sources(context, other.operand, other.axis), 2):
        node, tree = before.spot.node, before.spot.tree
        same = tree is source.spot.tree and tree.function(node) is tree.function(source.spot.node)
        if before.kind == "layer" and before.size == goal and same and isinstance(node, (ast.Name, ast.BinOp)):
            text = before.spot.text
            yield Offer(
                source.titled(goal, _words(context, source, text)),
                source.spot.replace(text),
                0.9 + 0.8 * number,
                sure=True,
            )


def _measured(context: Context, source: Source, other: End, number: int) -> Iterator[Offer]:
    """As large as the other operand, where that is at hand: `torch.rand(x.size(0), 1)`."""
    spot, failing = context.spot(other.operand.span), context.failing
    if spot is None or failing is None or not isinstance(spot.node, ast.Name) or spot.tree is not source.spot.tree:
        return
    function = spot.tree.function(spot.node)
    if function is None or spot.tree.function(source.spot.node) is not function:
        return
    before = [s.node.end_lineno or 0 for s in assigned(spot.tree, function, spot.node.id)]
    if parameter(function, spot.node.id) or (before and min(before) < source.spot.node.lineno):
        shape = read.shape(other.operand) or ()
        text = f"{spot.node.id}.size({other.axis % max(len(shape), 1)})"
        rank = 1.2 + 0.8 * number
        yield Offer(f"{source.title(other.size or 0)} ({text})", source.spot.replace(text), rank, sure=True)


def _companions(context: Context, end: End, now: int, goal: int) -> list[tuple[tuple[Edit, ...], str]]:
    """What else is made up for the same model with the size that it had before."""
    shape, start = read.shape(end.operand), context.spot(end.operand.span)
    frames = context.failure.stack
    if shape is None or start is None or len(frames) < 2 or len(end.operand.history) != 1:
        return []
    own = [start, *arguments(context, start)][-1]
    call = next((n for n in own.tree.around(own.node) if isinstance(n, ast.Call)), None)
    found: list[tuple[tuple[Edit, ...], str]] = []
    for other in context.calls(last_name(call.func)) if call is not None else ():
        if not isinstance(other.node, ast.Call) or other.node is call or len(other.node.args) != 1:
            continue
        sizes = size_arguments(context, other.at(other.node.args[0]))
        if sizes is None or len(sizes) != len(shape) or evaluate(context, sizes[end.axis]) != now:
            continue
        ways = changes(context, sizes[end.axis], now, goal)
        if ways:
            found.append((ways[0].edits, variable(sizes[end.axis])))
    return found


def _is_clear(context: Context, source: Source, change: Change, own: bool, end: End, other: End) -> bool:
    """Real data decides over a layer; made-up data is wrong where the layer's own name stands for the size."""
    if own:
        shape = read.shape(other.operand) or ()
        whole = [read.product(shape[start:]) for start in range(1, len(shape) - 1)]
        return _real(context, other) and end.size not in whole
    if source.kind == "view":
        # A number in a view was written to fit the layer behind it.
        return True
    if source.kind == "layer" and context.failure.module is None:
        # A sum of what goes around a layer and what goes through it: the width of the model has a name.
        return change.words.isidentifier() and change.cost < 0.3
    layer = layers.made(context)
    names = (
        [layers.argument(layer, name) for name in layers.ARGUMENTS.get(layers.last_name_of(layer), ())] if layer else []
    )
    return source.kind == "made" and any(
        s is not None and s.text == change.words and s.text.isidentifier() for s in names
    )


def _words(context: Context, source: Source, words: str) -> str:
    """`in_channels=1`, `torch.randn(1, 3, 28, 28)` or the name that is changed."""
    if "=" in words or source.kind != "layer":
        return words
    parent = source.spot.tree.parents.get(source.spot.node)
    while isinstance(parent, (ast.Tuple, ast.keyword)):
        parent = source.spot.tree.parents.get(parent)
    if isinstance(parent, ast.Call):
        call = source.spot.at(parent)
        for name in layers.ARGUMENTS.get(layers.last_name_of(call), ()):
            given = layers.argument(call, name)
            if given is not None and given.node is source.spot.node:
                return f"{name}={words}"
    return words


def _real(context: Context, end: End) -> bool:
    """Whether a size comes from real data or from a layer, not from a tensor that was made up for a try."""
    history = end.operand.history
    if not history:
        return context.failure.evidence == "declared"
    made_up = history[-1].op in ("randn", "rand", "zeros", "ones", "empty") and history[-1].kind == "made"
    return not made_up or any(step.op not in ("to", "float", "unsqueeze") for step in history[:-1])
