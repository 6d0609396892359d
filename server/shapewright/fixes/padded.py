"""Samples of different lengths in one batch: a function that pads them, made here and given to the loader."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._dtypes import torch_name
from shapewright.fixes._origins import find_class, origins
from shapewright.fixes._places import is_iterated

_NAME = "pad_batch"
_MOST = 2
"""Dimensions of what people pad: a row of tokens, or a row of features. Images are scaled instead."""


def offers(context: Context) -> Iterator[Offer]:
    """`collate_fn=`, where the first dimension alone differs."""
    listed = [shape for o in read.listed(context.failure) if (shape := read.shape(o)) is not None]
    iterated = context.failing is None or is_iterated(context.failing)
    if read.op(context.failure) != "stack" or not iterated or len({shape[1:] for shape in listed}) != 1:
        return
    if not all(0 < len(shape) <= _MOST for shape in listed):
        return
    for call in context.calls("DataLoader"):
        torch, statement = torch_name(call.tree), _outermost(call)
        if not isinstance(call.node, ast.Call) or torch is None or statement is None:
            continue
        if any(k.arg == "collate_fn" for k in call.node.keywords) or _is_defined(call):
            continue
        source = call.tree.source
        above = [source.line(n).strip() for n in range(max(statement.lineno - 3, 0), statement.lineno - 1)]
        made = "\n" * sum(1 for line in above if line) + _function(torch, _item(context, call))
        edits = (call.tree.before(statement, f"{made}\n\n\n"), call.tree.keyword(call.node, "collate_fn", _NAME))
        yield Offer(f"Pad the samples to the longest of their batch (collate_fn={_NAME})", edits, 0.25, sure=True)


def _is_defined(call: Spot) -> bool:
    return any(isinstance(n, ast.FunctionDef) and n.name == _NAME for n in call.tree.module.body)


def _outermost(call: Spot) -> ast.stmt | None:
    """The statement of the file in which a call stands; a decorated one begins with its decorators."""
    around = [n for n in (call.node, *call.tree.around(call.node)) if isinstance(n, ast.stmt)]
    found = around[-1] if around else None
    return None if getattr(found, "decorator_list", None) else found


def _item(context: Context, call: Spot) -> ast.expr | None:
    """What the data set gives for one index."""
    assert isinstance(call.node, ast.Call)
    for given in (call.at(a) for a in call.node.args[:1]):
        for made in (given, *origins(context, given)):
            found = find_class(context, last_name(made.node.func)) if isinstance(made.node, ast.Call) else None
            for node in ast.walk(found[1]) if found is not None else ():
                if isinstance(node, ast.FunctionDef) and node.name == "__getitem__":
                    return next((n.value for n in ast.walk(node) if isinstance(n, ast.Return)), None)
    return None


def _function(torch: str, item: ast.expr | None) -> str:
    pad = f"{torch}.nn.utils.rnn.pad_sequence"
    tensors = f"[{torch}.as_tensor(value) for value in field]"
    padded = f"{pad}(field, batch_first=True) if field[0].dim() else {torch}.stack(field)"
    if isinstance(item, ast.Tuple):
        return (
            f"def {_NAME}(items):\n"
            f"    fields = ({tensors} for field in zip(*items))\n"
            f"    return [{padded} for field in fields]"
        )
    if isinstance(item, ast.Dict):
        return (
            f"def {_NAME}(items):\n"
            f"    fields = {{key: [{torch}.as_tensor(item[key]) for item in items] for key in items[0]}}\n"
            f"    return {{key: {padded} for key, field in fields.items()}}"
        )
    return f"def {_NAME}(items):\n    return {pad}([{torch}.as_tensor(item) for item in items], batch_first=True)"
