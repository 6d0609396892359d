"""The mode of a model: `eval()` before it is judged, and a dropout that is told the mode."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """A line in front of the block without gradients, or an argument."""
    failure, spot = context.failure, context.failing
    if spot is None or not isinstance(spot.node, ast.Call):
        return
    if failure.kind == "dropout-in-eval":
        edit = spot.tree.keyword(spot.node, "training", "self.training")
        yield Offer("Hand the mode over: training=self.training", (edit,), 0.1, sure=True)
    elif failure.kind == "eval-forgotten" and isinstance(spot.node.func, (ast.Name, ast.Attribute)):
        around = [n for n in spot.tree.around(spot.node) if isinstance(n, ast.stmt)]
        block = next((n for n in around if isinstance(n, ast.With)), around[0])
        text = f"{spot.tree.text(spot.node.func)}.eval()"
        yield Offer(f"Leave the mode for training: {text}", (spot.tree.line_before(block, text),), 0.1, sure=True)
