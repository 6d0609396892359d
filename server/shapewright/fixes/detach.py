"""`detach()` where a tensor has to leave the graph: before `numpy()`, and where a graph is used a second time."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._dtypes import computed_in_two


def offers(context: Context) -> Iterator[Offer]:
    """The places where the graph ends, or should have ended."""
    failure, spot = context.failure, context.failing
    first = failure.operands[0] if failure.operands else None
    if failure.kind == "graph-kept":
        loss = context.spot(failure.operands[-1].span)
        if loss is not None:
            yield _offer(loss, 0.1, sure=True)
        return
    fact = read.tensor(first)
    if spot is None or first is None or fact is None or not fact.requires_grad or computed_in_two(failure):
        return
    op = read.op(failure)
    if op in ("numpy", "__array__", "asarray"):
        found = context.spot(first.span)
        if found is None and isinstance(spot.node, ast.Call) and isinstance(spot.node.func, ast.Attribute):
            found = spot.at(spot.node.func.value)
        if found is not None:
            yield _offer(found, 0.1, sure=True)
    elif op == "backward" and fact.shape in ((), (1,)):
        yield from _carried(context, spot)
        yield from _shared(context, spot)


def _carried(context: Context, spot: Spot) -> Iterator[Offer]:
    """A state that a loop carries from one round to the next: `out, state = model(x, state)`."""
    tree = spot.tree
    loop = next((n for n in tree.around(spot.node) if isinstance(n, (ast.For, ast.While))), None)
    if loop is None:
        return
    for statement in ast.walk(loop):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            continue
        given = {a.id for a in statement.value.args if isinstance(a, ast.Name)}
        targets = [n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        for name in [t for t in targets if t in given]:
            for number, text in enumerate((f"{name}.detach()", f"tuple(t.detach() for t in {name})")):
                edit = tree.line_before(statement, f"{name} = {text}")
                yield Offer(f"Forget the round before: {name} = {text}", (edit,), 0.3 + 0.1 * number, sure=True)


def _shared(context: Context, spot: Spot) -> Iterator[Offer]:
    """A tensor that two losses are computed from: out of the graph of the first one."""
    tree = spot.tree
    scope = tree.function(spot.node) or tree.module
    operand = context.failure.operands[0]
    names = [
        target.id
        for step in operand.history
        if step.span.path == tree.path and (found := context.spot(step.span)) is not None
        for statement in (tree.statement(found.node),)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and node.lineno < spot.node.lineno and last_name(node.func) != "backward":
            for argument in node.args:
                if isinstance(argument, ast.Name) and argument.id in names:
                    yield _offer(spot.at(argument), 0.5, sure=True)


def _offer(spot: Spot, rank: float, *, sure: bool) -> Offer:
    text = spot.tree.suffixed(spot.node, ".detach()")
    return Offer(f"Take it out of the graph: {text}", spot.suffix(".detach()"), rank, sure)
