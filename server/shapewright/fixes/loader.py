"""Options of a DataLoader: the smaller last batch left out, a function that makes the batch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer


def offers(context: Context) -> Iterator[Offer]:
    """`drop_last=True` where a batch was smaller than the others; `collate_fn=` where items differ in size."""
    if read.op(context.failure) == "backward":
        return
    loops = [context.tree(o.path) for o in (s.span for operand in context.failure.operands for s in operand.history)]
    loaded = any(
        step.op in ("stack", "cat") and context.spot(step.span) is None
        for o in context.failure.operands
        for step in o.history
    )
    one = read.op(context.failure) == "batch_norm"
    shapes = {(read.shape(o) or (None,))[0] for o in context.failure.operands}
    for call in context.calls("DataLoader"):
        assert isinstance(call.node, ast.Call)
        given = {k.arg for k in call.node.keywords}
        if (loaded or one) and loops and "drop_last" not in given and len(shapes) > 0:
            edit = call.tree.keyword(call.node, "drop_last", "True")
            yield Offer(
                "Leave out the smaller last batch (drop_last=True)", (edit,), 1.3 if not one else 0.9, sure=True
            )
        if "collate_fn" not in given and context.failing is None:
            for name in _collators(call.tree.module):
                edit = call.tree.keyword(call.node, "collate_fn", name)
                yield Offer(f"Make batches with {name} (collate_fn={name})", (edit,), 0.2, sure=True)


def _collators(module: ast.Module) -> list[str]:
    """Functions that make a batch of a list of items, and are not used."""
    used = {n.id for n in ast.walk(module) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(module) if isinstance(n, ast.Attribute)
    }
    return [
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef)
        and len(node.args.args) == 1
        and node.name not in used
        and any(word in node.name.lower() for word in ("collate", "pad", "batch"))
    ]
