"""Weights of another model: only those that fit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, last_name


def offers(context: Context) -> Iterator[Offer]:
    """Load what is there under the same name and in the same shape."""
    spot = context.failing
    node = spot.node if spot is not None else None
    if spot is None or not isinstance(node, ast.Call) or last_name(node.func) != "load_state_dict" or not node.args:
        return
    assert isinstance(node.func, ast.Attribute)
    model, state = spot.tree.text(node.func.value), spot.tree.text(node.args[0])
    if not any(k.arg == "strict" for k in node.keywords):
        edit = spot.tree.keyword(node, "strict", "False")
        yield Offer("Load what has the same name (strict=False)", (edit,), 0.5)
    fitting = f"{{k: v for k, v in {state}.items() if k in (own := {model}.state_dict()) and v.shape == own[k].shape}}"
    edits = spot.at(node.args[0]).replace(fitting)
    if not any(k.arg == "strict" for k in node.keywords):
        edits = (*edits, spot.tree.keyword(node, "strict", "False"))
    yield Offer("Load what has the same name and shape", edits, 0.8)
