"""A plain list of layers as a module: `nn.Sequential` where it is called, else `nn.ModuleList` or `nn.ModuleDict`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._origins import attributes, find_class, origins
from shapewright.model import Edit, Location
from shapewright.source import Range


def offers(context: Context) -> Iterator[Offer]:
    """The list where it is written."""
    failure, spot = context.failure, context.failing
    if failure.kind == "unregistered-layers" and spot is not None:
        yield from _registered(spot, failure.facts.get("attribute", ""))
    if "empty parameter list" in failure.message and spot is not None:
        yield from _hidden(context)
    if failure.exception != "TypeError" or spot is None or not isinstance(spot.node, ast.Call):
        return
    called = spot.at(spot.node.func)
    for origin in origins(context, called):
        node, nn = origin.node, nn_name(origin)
        if nn is None:
            continue
        if isinstance(node, ast.List):
            yield Offer(f"Make it callable: {nn}.Sequential(…)", _sequential(origin, node, nn), 0.1, sure=True)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ModuleList":
            text = f"{nn}.Sequential"
            if node.args:
                edits = (*origin.at(node.func).replace(text), origin.tree.before(node.args[0], "*"))
                yield Offer(f"Make it callable: {text}(*…)", edits, 0.1, sure=True)


def _hidden(context: Context) -> Iterator[Offer]:
    """Every plain list of layers of the class whose parameters an optimizer was to have."""
    for operand in context.failure.operands:
        found = find_class(context, operand.value.module.type) if operand.value.module is not None else None
        for node in ast.walk(found[1]) if found is not None else ():
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if found is not None and isinstance(target, ast.Attribute) and last_name(target.value) == "self":
                yield from _registered(Spot(found[0], target), target.attr)


def _registered(spot: Spot, name: str) -> Iterator[Offer]:
    """The attribute that holds the layers, where the class gives it a list or a dict."""
    owner, nn = spot.tree.owner(spot.node), nn_name(spot)
    if owner is None or nn is None:
        return
    for stored in attributes(spot.tree, owner, name):
        node = stored.node
        kind = "ModuleDict" if isinstance(node, (ast.Dict, ast.DictComp)) else "ModuleList"
        if isinstance(node, (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Tuple)):
            edits = (stored.tree.before(node, f"{nn}.{kind}("), stored.tree.after(node, ")"))
            yield Offer(f"Register the layers: {nn}.{kind}(…)", edits, 0.1, sure=True)


def _sequential(spot: Spot, node: ast.List, nn: str) -> tuple[Edit, ...]:
    """The brackets of the list exchanged for those of the call."""
    tree, source = spot.tree, spot.tree.source
    whole = tree.replace(node, "").location
    start, end = source.offset(whole.range.start), source.offset(whole.range.end)
    opening = Range(whole.range.start, source.position(start + 1))
    closing = Range(source.position(end - 1), whole.range.end)
    return Edit(Location(tree.path, opening), f"{nn}.Sequential("), Edit(Location(tree.path, closing), ")")


def nn_name(spot: Spot) -> str | None:
    """The name under which the file knows `torch.nn`."""
    torch: str | None = None
    for node in ast.walk(spot.tree.module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "torch.nn" and alias.asname:
                    return alias.asname
                if alias.name == "torch":
                    torch = alias.asname or "torch"
        elif isinstance(node, ast.ImportFrom) and node.module == "torch":
            for alias in node.names:
                if alias.name == "nn":
                    return alias.asname or "nn"
    return f"{torch}.nn" if torch is not None else None
