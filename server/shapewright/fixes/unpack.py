"""A list or a dict of inputs given as one: `model(inputs)` becomes `model(*inputs)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._origins import find_class

_MISSING = re.compile(r"^(\w+)\.forward\(\) missing")


def offers(context: Context) -> Iterator[Offer]:
    """A star in front of the list; of a dict the entries that the function asks for by name."""
    failure, spot = context.failure, context.failing
    if failure.exception != "TypeError" or spot is None or not isinstance(spot.node, ast.Call):
        return
    for operand in failure.operands:
        given = context.spot(operand.span)
        if operand.value.kind == "sequence" and given is not None and any(a is given.node for a in spot.node.args):
            text = f"*{given.text}"
            yield Offer(f"Give its items one by one: {text}", (given.tree.before(given.node, "*"),), 0.3, sure=True)
        if operand.value.kind == "mapping" and given is not None and spot.node.args == [given.node]:
            yield from _entries(context, given, operand.value.keys)


def _entries(context: Context, given: Spot, keys: tuple[str, ...]) -> Iterator[Offer]:
    owner = context.failure.owner or context.failure.module
    missing = _MISSING.search(context.failure.message)
    found = find_class(context, missing[1]) if missing is not None else None
    if found is None and owner is not None:
        found = find_class(context, owner.type)
    methods = found[1].body if found is not None else []
    forward = next((n for n in methods if isinstance(n, ast.FunctionDef) and n.name == "forward"), None)
    names = [a.arg for a in forward.args.args[1:]] if forward is not None else []
    if names and all(name in keys for name in names):
        text = ", ".join(f'{given.text}["{name}"]' for name in names)
        yield Offer(f"Give it the entries: {text}", given.replace(text), 0.2, sure=True)
