"""`super().__init__()` in a module that does not call it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, Spot


def offers(context: Context) -> Iterator[Offer]:
    """The call, as the first statement of the constructor."""
    tree = context.tree(context.failure.span.path)
    if context.failure.exception != "AttributeError" or tree is None:
        return
    statement = tree.statement_at(context.failure.span)
    function = tree.function(statement) if statement is not None else None
    if not isinstance(function, ast.FunctionDef) or function.name != "__init__":
        return
    body = function.body
    calls = [n for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    made = [n for n in calls if isinstance(n.func, ast.Attribute) and n.func.attr == "__init__"]
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1
    first = body[1] if documented else body[0]
    title = "Initialise the module first: super().__init__()"
    if not made:
        yield Offer(title, (tree.line_before(first, "super().__init__()"),), 0.0, sure=True)
        return
    late = tree.statement(made[0])
    if isinstance(late, ast.Expr) and late is not first and late in body:
        text = tree.text(late)
        yield Offer(title, (tree.line_before(first, text), *Spot(tree, late.value).replace("pass")), 0.0, sure=True)
