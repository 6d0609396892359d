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
    missing = _MISSING.search(failure.message)
    if missing is not None and len(spot.node.args) == 1 and not spot.node.keywords:
        yield from _entries(context, spot.at(spot.node.args[0]), missing[1])


def _entries(context: Context, given: Spot, name: str) -> Iterator[Offer]:
    """What `forward` asks for by name, out of the one thing that it is given."""
    found = find_class(context, name)
    methods = found[1].body if found is not None else []
    forward = next((n for n in methods if isinstance(n, ast.FunctionDef) and n.name == "forward"), None)
    if forward is None or not isinstance(given.node, ast.Name):
        return
    optional = len(forward.args.defaults)
    names = [a.arg for a in forward.args.args[1 : len(forward.args.args) - optional]]
    text = ", ".join(f'{given.text}["{name}"]' for name in names)
    yield Offer(f"Give it the entries: {text}", given.replace(text), 0.2, sure=True)
    yield Offer(f"Give it the entries by name: **{given.text}", given.replace(f"**{given.text}"), 0.25, sure=True)
