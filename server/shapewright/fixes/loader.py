"""Options of a DataLoader: the smaller last batch left out, a function that makes the batch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._numbers import values
from shapewright.fixes._places import is_iterated


def offers(context: Context) -> Iterator[Offer]:
    """`drop_last=True` where a batch was smaller than the others; `collate_fn=` where items differ in size."""
    single = read.op(context.failure) == "batch_norm"
    batches = _batches(context)
    for call in context.calls("DataLoader"):
        assert isinstance(call.node, ast.Call)
        given = {k.arg: k.value for k in call.node.keywords}
        size = given.get("batch_size") or (call.node.args[1] if len(call.node.args) > 1 else None)
        usual = max((v for v in values(context, call.at(size)) if isinstance(v, int)), default=0) if size else 0
        if "drop_last" not in given and (any(b < usual for b in batches) or (single and batches)):
            edit = call.tree.keyword(call.node, "drop_last", "True")
            yield Offer("Leave out the smaller last batch (drop_last=True)", (edit,), 0.9 if single else 1.3, sure=True)
        if "collate_fn" not in given and (context.failing is None or is_iterated(context.failing)):
            for name in _collators(call.tree.module):
                edit = call.tree.keyword(call.node, "collate_fn", name)
                yield Offer(f"Make batches with {name} (collate_fn={name})", (edit,), 0.2, sure=True)


def _batches(context: Context) -> set[int]:
    """The sizes of the batches that a loader made, as far as they are in the operands' past."""
    return {
        fact.shape[0]
        for operand in context.failure.operands
        for step in operand.history
        if step.op in ("stack", "cat") and ((spot := context.spot(step.span)) is None or is_iterated(spot))
        if (fact := step.value.tensor) is not None and fact.shape and fact.shape[0] is not None
    }


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
