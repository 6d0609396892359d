"""Labels that are the tokens one step later: `ids[:, 1:]` where the scores were computed from `ids[:, :-1]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, last_name


def offers(context: Context) -> Iterator[Offer]:
    """The labels without their first step."""
    failure = context.failure
    scores, labels = read.operand(failure, "input"), read.operand(failure, "target")
    if read.op(failure) not in ("cross_entropy", "nll_loss") or scores is None or labels is None:
        return
    target = context.spot(labels.span)
    for name in _without_last(context) if target is not None else ():
        assert target is not None
        for node in ast.walk(target.node):
            parent = target.tree.parents.get(node)
            if isinstance(node, ast.Name) and node.id == name and not isinstance(parent, ast.Subscript):
                edits = (target.tree.after(node, "[:, 1:]"),)
                if isinstance(parent, ast.Attribute) and parent.attr == "view":
                    edits = (*edits, target.tree.renamed(parent, "reshape"))
                yield Offer(f"Compare with the next step: {name}[:, 1:]", edits, 0.3, sure=True)


def _without_last(context: Context) -> list[str]:
    """The names of which all but the last step were given to the model."""
    found: list[str] = []
    for tree in context.trees:
        for node in tree.expressions:
            if isinstance(node, ast.Subscript) and tree.text(node.slice).replace(" ", "") == ":,:-1":
                found.append(last_name(node.value))
    return [name for name in dict.fromkeys(found) if name]
