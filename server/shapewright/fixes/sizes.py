"""Another number where a size was born: the arguments of a layer, made-up data, a view, a slice, a batch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name
from shapewright.fixes._demands import Demand, End, demands
from shapewright.fixes._dims import Source, sources, variable
from shapewright.fixes._made import size_arguments
from shapewright.fixes._numbers import Change, changes, evaluate
from shapewright.fixes._places import arguments
from shapewright.model import Edit

_RANK = {"layer": 1.6, "made": 1.4, "view": 0.8, "loader": 2.4, "slice": 1.3}


def offers(context: Context) -> Iterator[Offer]:
    """For each two sizes that differ: either one changed where it was born."""
    for number, demand in enumerate(demands(context.failure)[:3]):
        yield from _side(context, demand, demand.one, demand.other, number)
        yield from _side(context, demand, demand.other, demand.one, number)


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
        for change in changes(context, source.spot, source.size, goal)[:4]:
            title = source.titled(goal, _words(context, source, change.words))
            rank = (1.0 if own else _RANK[source.kind]) + 0.25 * change.cost + 0.8 * number
            yield Offer(title, change.edits, rank, sure=_is_clear(context, source, change, own, other))
            if own:
                others = _companions(context, other, source.size, goal)
                if others:
                    edits = tuple(dict.fromkeys((*change.edits, *(e for edits, _ in others for e in edits))))
                    names = ", ".join(dict.fromkeys(name for _, name in others))
                    yield Offer(f"{title}, and {names} too", edits, rank + 0.2)


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


def _is_clear(context: Context, source: Source, change: Change, own: bool, other: End) -> bool:
    """Real data decides over a layer; made-up data is wrong where the layer's own name stands for the size."""
    if own:
        return _real(context, other)
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
