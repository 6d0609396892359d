"""What `backward()` needs: a scalar, a graph that is still there, and a tensor that asks for a gradient."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name
from shapewright.fixes._dtypes import computed_in_two, torch_name


def offers(context: Context) -> Iterator[Offer]:
    """A sum in front, `retain_graph=True` before, or a gradient asked for."""
    failure = context.failure
    first = failure.operands[0] if failure.operands else None
    fact = read.tensor(first)
    if read.op(failure) not in ("backward", "grad") or first is None or fact is None or computed_in_two(failure):
        return
    if fact.shape not in ((), (1,)):
        found = context.spot(first.span)
        for number, method in enumerate((".sum()", ".mean()") if found is not None else ()):
            assert found is not None
            text = found.tree.suffixed(found.node, method)
            yield Offer(f"Make it a scalar: {text}", found.suffix(method), 0.2 + 0.1 * number, sure=number == 0)
    elif fact.requires_grad:
        yield from _retained(context)
    else:
        yield from _frozen(context)
        yield from _asked(context)
        yield from _enabled(context)


def _retained(context: Context) -> Iterator[Offer]:
    """The graph is kept by the `backward` before this one."""
    spot = context.failing
    if spot is None:
        return
    for call in context.calls("backward"):
        if call.tree is spot.tree and isinstance(call.node, ast.Call) and call.node.lineno <= spot.node.lineno:
            edit = call.tree.keyword(call.node, "retain_graph", "True")
            yield Offer("Keep the graph for the second time: backward(retain_graph=True)", (edit,), 1.5)


def _frozen(context: Context) -> Iterator[Offer]:
    """Parameters that were told to take no gradient."""
    for tree in context.trees:
        for node in ast.walk(tree.module):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if not isinstance(node, ast.Assign) or not isinstance(target, ast.Attribute):
                continue
            frozen = isinstance(node.value, ast.Constant) and node.value.value is False
            if target.attr == "requires_grad" and frozen:
                title = f"Let the parameters learn: {tree.text(target)} = True"
                yield Offer(title, (tree.replace(node.value, "True"),), 0.8)


def _asked(context: Context) -> Iterator[Offer]:
    """Where the graph was left on the way, or the data is made."""
    for operand in context.failure.operands[::-1]:
        for number, step in enumerate(operand.history):
            spot = context.spot(step.span)
            if spot is None or not isinstance(spot.node, ast.Call):
                continue
            left = step.op == "detach"
            made = step.kind == "made" and step.value.tensor is not None and step.value.tensor.dtype in read.FLOATS
            if left or made:
                title = f"Ask for its gradient: {spot.text}.requires_grad_()"
                yield Offer(title, spot.suffix(".requires_grad_()"), (0.3 if left else 1.2) + 0.1 * number, sure=left)


def _enabled(context: Context) -> Iterator[Offer]:
    """Gradients are computed where somebody switched them off."""
    for frame in context.failure.stack:
        spot = context.spot(frame.span)
        torch = torch_name(spot.tree) if spot is not None else None
        if spot is None or torch is None:
            continue
        for node in spot.tree.around(spot.node):
            for item in node.items if isinstance(node, ast.With) else ():
                called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
                if last_name(called) in ("no_grad", "inference_mode"):
                    text = f"{torch}.enable_grad()"
                    edits = spot.at(item.context_expr).replace(text)
                    yield Offer(f"Compute gradients here: {text}", edits, 0.9, sure=True)
        function, statement = spot.tree.function(spot.node), spot.tree.statement(spot.node)
        marks = function.decorator_list if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
        named = [mark.func if isinstance(mark, ast.Call) else mark for mark in marks]
        if statement is not None and any(last_name(n) in ("no_grad", "inference_mode") for n in named):
            header = f"with {torch}.enable_grad():"
            yield Offer(f"Compute gradients here: {header}", spot.tree.under(statement, header), 0.5, sure=True)
    spot = context.failing
    torch = torch_name(spot.tree) if spot is not None else None
    for call in context.calls(context.failure.stack[-1].function if context.failure.stack else ""):
        statement = call.tree.statement(call.node)
        if torch is not None and statement is not None:
            header = f"with {torch}.enable_grad():"
            yield Offer(f"Compute gradients here: {header}", call.tree.under(statement, header), 1.1)
