"""A sum around layers that change the size: the input goes through a layer of its own, as in a residual network."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._origins import assigned, parameter
from shapewright.fixes._tree import Function, Tree
from shapewright.fixes.module_list import nn_name

_NAME = "shortcut"


def offers(context: Context) -> Iterator[Offer]:
    """A convolution of size 1, or a Linear, for the input where it is added to the output."""
    failure, tree = context.failure, context.tree(context.failure.span.path)
    if read.op(failure) != "add" or read.cause(failure) != "shape" or tree is None:
        return
    statement = tree.statement_at(failure.span)
    function = tree.function(statement) if statement is not None else None
    owner = tree.owner(function) if function is not None else None
    if statement is None or function is None or owner is None:
        return
    rank = max((len(read.shape(o) or ()) for o in failure.operands), default=0)
    layer = _layer(context, tree, owner, "Linear" if rank == 2 else f"Conv{rank - 2}d")
    if layer is None:
        return
    init, made = layer
    for node in _added(context, statement):
        if not _is_input(tree, function, node):
            continue
        used = f"self.{_NAME}({node.id})"
        setting = tree.after(init.body[-1], f"\n{tree.indent(init.body[-1])}self.{_NAME} = {made}")
        title = f"Give the input the size of the output: {used}"
        yield Offer(title, (setting, tree.replace(node, used)), 0.35, sure=True)


def _added(context: Context, statement: ast.stmt) -> list[ast.Name]:
    """The names on either side of the sum."""
    failing = context.failing.node if context.failing is not None else None
    if isinstance(failing, ast.BinOp):
        found = [failing.right, failing.left]
    else:
        found = [statement.value] if isinstance(statement, ast.AugAssign) else []
    return [node for node in found if isinstance(node, ast.Name)]


def _is_input(tree: Tree, function: Function, node: ast.Name) -> bool:
    """Whether a name still holds what the function was given."""
    values = [s.node for s in assigned(tree, function, node.id) if s.node.lineno < node.lineno]
    if not values:
        return parameter(function, node.id)
    return len(values) == 1 and isinstance(values[0], ast.Name) and parameter(function, values[0].id)


def _layer(context: Context, tree: Tree, owner: ast.ClassDef, kind: str) -> tuple[ast.FunctionDef, str] | None:
    """The constructor, and the layer that takes what its first layer takes and gives what its last one gives."""
    init = next((n for n in owner.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if init is None or any(isinstance(n, ast.Attribute) and n.attr == _NAME for n in ast.walk(owner)):
        return None
    calls = [Spot(tree, n) for n in ast.walk(init) if isinstance(n, ast.Call)]
    calls = sorted((c for c in calls if layers.last_name_of(c) == kind), key=lambda c: c.key)
    nn = nn_name(calls[0]) if calls else None
    if nn is None:
        return None
    names = ("in_features", "out_features") if kind == "Linear" else ("in_channels", "out_channels")
    taken, given = layers.argument(calls[0], names[0]), layers.argument(calls[-1], names[1])
    found = [stride for call in calls if (stride := layers.argument(call, "stride")) is not None]
    strides = list(dict.fromkeys(s.text for s in found if s.text != "1")) if kind != "Linear" else []
    if taken is None or given is None or len(strides) > 1:
        return None
    sizes = ", ".join([taken.text, given.text, *(["1"] if kind != "Linear" else []), *strides])
    made = f"{nn}.{kind}({sizes})"
    fixed = all(isinstance(s.node, ast.Constant) for s in (taken, given, *found))
    if not fixed:
        other = " or ".join([f"{taken.text} != {given.text}", *(f"{text} != 1" for text in strides)])
        made = f"{made} if {other} else {nn}.Identity()"
    return init, made
