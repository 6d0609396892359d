"""Scores and probabilities: the loss that takes the other of the two, or a softmax taken away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._layers import made
from shapewright.fixes.spatial import functional_name
from shapewright.model import Edit, Location
from shapewright.source import Range

_LOSSES = {
    "NLLLoss": "CrossEntropyLoss",
    "nll_loss": "cross_entropy",
    "BCELoss": "BCEWithLogitsLoss",
    "binary_cross_entropy": "binary_cross_entropy_with_logits",
}
_OTHERS = {other: loss for loss, other in _LOSSES.items()}
_ARGUMENTS = 2
_LAYERS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}


def offers(context: Context) -> Iterator[Offer]:
    """What fits the values that the loss is given."""
    failure = context.failure
    given = read.operand(failure, "input")
    if failure.kind == "activation-twice" and given is not None:
        yield from _without(context, given, failure.facts.get("made", ""), sure=True)
    elif failure.kind == "softmax-before-cross-entropy" and given is not None:
        yield from _without(context, given, "softmax", sure=True)
    elif failure.kind == "sigmoid-before-logits-loss" and given is not None:
        yield from _loss(context, _OTHERS, "which takes probabilities")
        yield from _without(context, given, "sigmoid", sure=False)
    elif failure.kind == "nll-loss-input" and given is not None:
        if failure.facts.get("made") == "softmax":
            yield from _logarithm(context, given)
        elif failure.facts.get("made") != "sigmoid":
            yield from _loss(context, _LOSSES, "which takes scores")
    elif read.op(failure) == "backward" and "does not require grad" in failure.message:
        yield from _scores(context)
    elif read.op(failure) == "binary_cross_entropy" and "between 0 and 1" in failure.message:
        yield from _loss(context, _LOSSES, "which takes scores")


def _scores(context: Context) -> Iterator[Offer]:
    """The classes that were chosen cannot be trained: the cross-entropy of the scores instead."""
    history = context.failure.operands[0].history if context.failure.operands else ()
    chosen = next((step for step in history if step.op == "argmax"), None)
    loss, choice = (
        context.spot(step.span) if step is not None else None for step in (next(iter(history), None), chosen)
    )
    if loss is None or choice is None or not isinstance(loss.node, ast.Call) or not isinstance(choice.node, ast.Call):
        return
    function = choice.node.func
    if not isinstance(function, ast.Attribute) or len(loss.node.args) < _ARGUMENTS:
        return
    plain = is_module(function) and bool(choice.node.args)
    scores = choice.tree.text(choice.node.args[0] if plain else function.value)
    labels = loss.node.args[1]
    if isinstance(labels, ast.Call) and isinstance(labels.func, ast.Attribute) and labels.func.attr == "float":
        labels = labels.func.value
    name = functional_name(loss.tree)
    if name is not None and scores.isidentifier():
        text = f"{name}.cross_entropy({scores}, {loss.tree.text(labels)})"
        yield Offer(f"Take the loss of the scores: {text}", loss.replace(text), 0.3, sure=True)


def _loss(context: Context, names: dict[str, str], why: str) -> Iterator[Offer]:
    spot = made(context) or context.failing
    if spot is None or not isinstance(spot.node, ast.Call):
        return
    function = spot.node.func
    name = names.get(last_name(function))
    if name is not None and isinstance(function, ast.Attribute):
        yield Offer(f"Use {name}, {why}", (spot.tree.renamed(function, name),), 0.2, sure=True)


def _without(context: Context, given: wire.Operand, op: str, *, sure: bool) -> Iterator[Offer]:
    """Take the function away where it is called, or the layer out of the list that it stands in."""
    for spot in _written(context, given, op):
        call = spot.node
        if not isinstance(call, ast.Call):
            continue
        parent = spot.tree.parents.get(call)
        if last_name(call.func) == _LAYERS[op]:
            if isinstance(parent, ast.Call) and call in parent.args and len(parent.args) > 1:
                yield Offer(f"Take the {op} away", (_item_away(spot, call, parent.args),), 0.3, sure)
        elif call.args and is_module(call.func):
            yield Offer(f"Take the {op} away", spot.replace(spot.tree.text(call.args[0])), 0.3, sure)
        elif isinstance(call.func, ast.Attribute):
            yield Offer(f"Take the {op} away", (spot.tree.instead(call, ""),), 0.3, sure)


def _logarithm(context: Context, given: wire.Operand) -> Iterator[Offer]:
    for spot in _written(context, given, "softmax"):
        function = spot.node.func if isinstance(spot.node, ast.Call) else None
        name = {"softmax": "log_softmax", "Softmax": "LogSoftmax"}.get(last_name(function) if function else "")
        if name is not None and isinstance(function, ast.Attribute):
            yield Offer(f"Take the logarithm: {name}", (spot.tree.renamed(function, name),), 0.2, sure=True)


def _written(context: Context, given: wire.Operand, op: str) -> Iterator[Spot]:
    """Where the function is called, or the layer is made."""
    step = next((s for s in given.history if s.op == op), None)
    spot = context.spot(step.span) if step is not None else None
    if spot is not None and isinstance(spot.node, ast.Call):
        name = last_name(spot.node.func)
        if name == op:
            yield spot
            return
        if any(_stands_as(layer, name) for layer in context.calls(_LAYERS[op])):
            yield spot
            return
    layers = list(context.calls(_LAYERS[op]))
    if len(layers) == 1:
        yield layers[0]


def _stands_as(spot: Spot, name: str) -> bool:
    """Whether a layer is what an attribute or variable of that name holds."""
    statement = spot.tree.statement(spot.node)
    targets = statement.targets if isinstance(statement, ast.Assign) and statement.value is spot.node else []
    return any(last_name(t) == name for t in targets)


def is_module(function: ast.expr) -> bool:
    """`F.softmax`, `torch.softmax`, `softmax`, or a layer `self.softmax`: the tensor is the first argument."""
    if isinstance(function, ast.Name):
        return True
    holder = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(holder, ast.Attribute) or (
        isinstance(holder, ast.Name) and holder.id in ("F", "torch", "functional", "nn", "self")
    )


def _item_away(spot: Spot, item: ast.expr, items: list[ast.expr]) -> Edit:
    """Take one of several arguments away, with the comma in front of it or, of the first, behind it."""
    number, tree = items.index(item), spot.tree
    start = tree.range(items[number - 1]).end if number else tree.range(item).start
    end = tree.range(item).end if number else tree.range(items[1]).start
    return Edit(Location(tree.path, Range(start, end)), "")
