"""A method that is indexed where it should be called: `x.size[0]` becomes `x.size(0)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """Parentheses in the place of the brackets."""
    failure, spot = context.failure, context.failing
    if "method' object is not subscriptable" not in failure.message or spot is None:
        return
    for node in ast.walk(spot.node):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            text = f"{spot.tree.text(node.value)}({spot.tree.text(node.slice)})"
            yield Offer(f"Call it: {text}", spot.at(node).replace(text), 0.1, sure=True)
