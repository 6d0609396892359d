"""A tensor that should be trained, as a parameter of its module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer
from shapewright.fixes._origins import attributes
from shapewright.fixes.module_list import nn_name


def offers(context: Context) -> Iterator[Offer]:
    """`nn.Parameter(…)` or `nn.ParameterList(…)` around what the attribute is given."""
    failure, spot = context.failure, context.failing
    owner = spot.tree.owner(spot.node) if spot is not None else None
    nn = nn_name(spot) if spot is not None else None
    if failure.kind != "unregistered-parameter" or spot is None or owner is None or nn is None:
        return
    for stored in attributes(spot.tree, owner, failure.facts.get("attribute", "")):
        kind = "ParameterList" if failure.facts.get("listed") else "Parameter"
        if isinstance(stored.node, ast.Constant):
            continue
        edits = (stored.tree.before(stored.node, f"{nn}.{kind}("), stored.tree.after(stored.node, ")"))
        yield Offer(f"Make it a parameter: {nn}.{kind}(…)", edits, 0.1, sure=True)
