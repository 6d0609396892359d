"""A layer that is made of the tensor instead of called with it: `nn.ReLU(x)` becomes `nn.ReLU()(x)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, last_name

_GOT = re.compile(r"must be Tensor, not (\w+)|\bgot \((\w+)|^'(\w+)' object has no attribute")


def offers(context: Context) -> Iterator[Offer]:
    """The parentheses that make the layer, in front of those with the tensor."""
    found = _GOT.search(context.failure.message)
    name = next((part for part in found.groups() if part), "") if found is not None else ""
    spot = context.failing
    if not name or spot is None:
        return
    scope = spot.tree.function(spot.node) or spot.tree.module
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and last_name(node.func) == name and node.args and not node.keywords:
            made = f"{spot.tree.text(node.func)}()"
            if not isinstance(node.args[0], ast.Constant):
                title = f"Call the layer with it: {made}({spot.tree.text(node.args[0])})"
                yield Offer(title, (spot.tree.after(node.func, "()"),), 0.1, sure=True)
