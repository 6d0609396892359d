"""In-place changes that autograd refuses: a new tensor instead, or no gradient while it is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._dtypes import computed_in_two, torch_name
from shapewright.fixes._tree import Tree
from shapewright.model import Edit

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
}


def offers(context: Context) -> Iterator[Offer]:
    """For a parameter: `torch.no_grad()` around its update. For the graph: `x = x + y` for `x += y`."""
    failure, tree = context.failure, context.tree(context.failure.span.path)
    fact = read.tensor(failure.operands[0]) if failure.operands else None
    if tree is None or fact is None or not fact.requires_grad or computed_in_two(failure):
        return
    statement, torch = tree.statement_at(failure.span), torch_name(tree)
    if read.op(failure) == "backward":
        yield from _seen(context)
        yield from _changed(context)
    elif statement is not None and failure.op.endswith("_") and not failure.op.endswith("__"):
        if torch is not None:
            header = f"with {torch}.no_grad():"
            yield Offer(f"Update it without a gradient: {header}", tree.under(statement, header), 0.3, sure=True)
        if isinstance(statement, ast.AugAssign):
            yield Offer("Update its data: .data", (tree.after(statement.target, ".data"),), 0.8)
            yield Offer(f"Make a new tensor: {_plain(tree, statement)}", (_edit(tree, statement),), 1.0)


def _seen(context: Context) -> Iterator[Offer]:
    """The very change that was seen."""
    for operand in context.failure.operands:
        tree = context.tree(operand.span.path) if operand.name == "changed" and operand.span is not None else None
        node = tree.statement_at(operand.span) if tree is not None and operand.span is not None else None
        if tree is not None and isinstance(node, ast.AugAssign) and type(node.op) in _SIGNS:
            yield Offer(f"Make a new tensor: {_plain(tree, node)}", (_edit(tree, node),), 0.5, sure=True)
        call = context.spot(operand.span)
        if call is not None and isinstance(call.node, ast.Call) and isinstance(call.node.func, ast.Attribute):
            name = call.node.func.attr
            if name.endswith("_") and not name.startswith("_"):
                edit = call.tree.renamed(call.node.func, name[:-1])
                yield Offer(f"Make a new tensor: {name[:-1]}", (edit,), 0.5, sure=True)


def _changed(context: Context) -> Iterator[Offer]:
    """Every in-place change in the files on the way."""
    for tree in context.trees:
        for node in ast.walk(tree.module):
            if isinstance(node, ast.AugAssign) and type(node.op) in _SIGNS and not isinstance(node.value, ast.Constant):
                text = _plain(tree, node)
                yield Offer(f"Make a new tensor: {text}", (_edit(tree, node),), 0.8, sure=True)


def _plain(tree: Tree, node: ast.AugAssign) -> str:
    target, value = tree.text(node.target), tree.text(node.value)
    if isinstance(node.value, (ast.BinOp, ast.IfExp, ast.BoolOp, ast.Compare, ast.UnaryOp)):
        value = f"({value})"
    return f"{target} = {target} {_SIGNS[type(node.op)]} {value}"


def _edit(tree: Tree, node: ast.AugAssign) -> Edit:
    return tree.replace(node, _plain(tree, node))
