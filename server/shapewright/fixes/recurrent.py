"""Recurrent layers: their tuple unpacked, `batch_first`, the sizes of the input and of the state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._dims import sources
from shapewright.fixes._numbers import changes
from shapewright.fixes._origins import assigned, origins

_LAYERS = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")

_PAIRS = ("max", "min", "sort", "topk", "median", "mode", "kthvalue", "cummax", "cummin")
"""They give values and indices as a pair with names."""


def offers(context: Context) -> Iterator[Offer]:
    """What a recurrent layer gives back, and what it takes."""
    failure = context.failure
    if failure.op.startswith("python."):
        yield from _unpacked(context)
    kind = failure.module.type if failure.module is not None else ""
    if kind in _LAYERS and read.cause(failure) != "dtype":
        yield from _input(context)
        yield from _state(context)
        call = layers.made(context)
        if call is not None and isinstance(call.node, ast.Call) and not kind.endswith("Cell"):
            first = read.setting(failure, "batch_first")
            text = "False" if first else "True"
            edit = call.tree.keyword(call.node, "batch_first", text)
            title = (
                f"Let {layers.name(context, call)} take the {'time' if first else 'batch'} first (batch_first={text})"
            )
            yield Offer(title, (edit,), 1.2)


def _unpacked(context: Context) -> Iterator[Offer]:
    """A tuple that was taken for a tensor: its first item."""
    for operand in context.failure.operands:
        value = operand.value
        named = context.spot(operand.span) if value.kind == "sequence" and value.type in _PAIRS else None
        if named is not None and not isinstance(named.tree.parents.get(named.node), ast.Attribute):
            text = named.tree.suffixed(named.node, ".values")
            yield Offer(f"Take the values, without the indices: {text}", named.suffix(".values"), 0.3, sure=True)
        holds = bool(value.items) and value.items[0].kind == "tensor"
        spot = context.spot(operand.span)
        if value.kind != "sequence" or value.type != "tuple" or not holds or spot is None:
            continue
        yield Offer(f"Take the first item: {spot.text}[0]", spot.suffix("[0]"), 0.4, sure=True)
        if isinstance(spot.node, ast.Name):
            scope = spot.tree.function(spot.node) or spot.tree.module
            for source in assigned(spot.tree, scope, spot.node.id):
                statement = spot.tree.statement(source.node)
                if not isinstance(statement, ast.Assign) or statement.value is not source.node:
                    continue
                rest = ", ".join("_" for _ in range((value.length or 2) - 1))
                edit = spot.tree.after(statement.targets[0], f", {rest}")
                yield Offer(f"Unpack the tuple: {spot.node.id}, {rest} = {source.text}", (edit,), 0.2, sure=True)


def _input(context: Context) -> Iterator[Offer]:
    """The last dimension of the input is `input_size`."""
    failure, call = context.failure, layers.made(context)
    x, size = read.operand(failure, "input"), read.setting(failure, "input_size")
    shape = read.shape(x)
    if x is None or not shape or not isinstance(size, int) or shape[-1] in (size, None):
        return
    spot = context.spot(x.span)
    if size == 1 and len(shape) == 2 and spot is not None:
        # Numbers in a row, one at each step: a series of single features.
        text = spot.tree.suffixed(spot.node, ".unsqueeze(-1)")
        yield Offer(f"Give it input {read.sizes((*shape, 1))}: {text}", spot.suffix(".unsqueeze(-1)"), 0.5, sure=True)
    own = layers.argument(call, "input_size") if call is not None else None
    for change in changes(context, own, size, shape[-1])[:4] if own is not None else ():
        assert call is not None
        words = change.words if "=" in change.words else f"input_size={change.words}"
        title = f"Make {layers.name(context, call)} take {shape[-1]} features ({words})"
        yield Offer(title, change.edits, 1.0 + 0.25 * change.cost, sure=True)
    for source in sources(context, x, -1):
        goal = size * source.size // shape[-1]
        for change in changes(context, source.spot, source.size, goal)[:3]:
            yield Offer(source.titled(goal, change.words), change.edits, 1.6 + 0.25 * change.cost)


def _state(context: Context) -> Iterator[Offer]:
    """The state is (layers × directions, batch, hidden)."""
    failure = context.failure
    x = read.operand(failure, "input")
    shape = read.shape(x)
    cell = (failure.module.type if failure.module else "").endswith("Cell")
    hidden = read.setting(failure, "proj_size") or read.setting(failure, "hidden_size")
    if shape is None or not isinstance(hidden, int) or not shape:
        return
    directions = 2 if read.setting(failure, "bidirectional") else 1
    count = (read.setting(failure, "num_layers") or 1) * directions
    batch = shape[0] if cell or read.setting(failure, "batch_first") else shape[1] if len(shape) > 1 else None
    for state in failure.operands:
        its = read.shape(state)
        if not state.name.startswith(("hx", "hidden")) or its is None:
            continue
        goals = (batch, hidden) if cell else (count, batch, hidden)
        if len(its) != len(goals):
            continue
        for axis, (now, goal) in enumerate(zip(its, goals, strict=True)):
            if goal is None or now is None or goal == now:
                continue
            yield from _resized(context, state, axis, goal)
            if state.name == "hx[0]" and (other := read.operand(failure, "hx[1]")) is not None:
                yield from _both(context, state, other, axis, goal)
            if axis == len(goals) - 1:
                yield from _hidden(context, now)


def _resized(context: Context, state: wire.Operand, axis: int, goal: int) -> Iterator[Offer]:
    for source in sources(context, state, axis):
        if axis == 1:
            yield from _measured(context, source.spot)
        for change in changes(context, source.spot, source.size, goal)[:4]:
            title = source.titled(goal, change.words)
            yield Offer(title, change.edits, 0.9 + 0.25 * change.cost, sure=axis != 1)


def _both(context: Context, state: wire.Operand, other: wire.Operand, axis: int, goal: int) -> Iterator[Offer]:
    """The state of an LSTM is two tensors, made alike."""
    pairs = zip(sources(context, state, axis), sources(context, other, axis), strict=False)
    for one, two in pairs:
        ways = zip(changes(context, one.spot, one.size, goal), changes(context, two.spot, two.size, goal), strict=False)
        for change, its in list(ways)[:2]:
            edits = tuple(dict.fromkeys((*change.edits, *its.edits)))
            title = f"{one.titled(goal, change.words)}, and the other state too"
            yield Offer(title, edits, 0.8 + 0.25 * change.cost, sure=axis != 1)


def _measured(context: Context, spot: Spot) -> Iterator[Offer]:
    """The size of the batch asked of the input instead of a number: `x.size(0)`."""
    failing = context.failing
    function = failing.tree.function(failing.node) if failing is not None else None
    names = [a.arg for a in function.args.args if a.arg != "self"] if isinstance(function, ast.FunctionDef) else []
    todo = [spot]
    while todo and len(todo) < 8:
        here = todo.pop(0)
        if here.tree.function(here.node) is function and names and not isinstance(here.node, ast.Call):
            text = f"{names[0]}.size(0)"
            yield Offer(f"As large as the batch: {text}", here.replace(text), 0.5, sure=True)
        else:
            todo += origins(context, here)


def _hidden(context: Context, goal: int) -> Iterator[Offer]:
    call = layers.made(context)
    own = layers.argument(call, "hidden_size") if call is not None else None
    for change in changes(context, own, None, goal)[:3] if own is not None else ():
        assert call is not None
        words = change.words if "=" in change.words else f"hidden_size={change.words}"
        title = f"Make {layers.name(context, call)} with a hidden size of {goal} ({words})"
        yield Offer(title, change.edits, 1.1 + 0.25 * change.cost, sure=True)
