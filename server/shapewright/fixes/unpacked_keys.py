"""Keys where the values of a dict are wanted: `_, x = model(y)` unpacks the keys of an output that is a dict."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, Spot
from shapewright.reading import literal


def offers(context: Context) -> Iterator[Offer]:
    """The entry that a name is to hold, or all values, at the assignment that unpacks."""
    failure, call = context.failure, context.failing
    if failure.exception not in ("TypeError", "AttributeError") or call is None or not isinstance(call.node, ast.Call):
        return
    keys = [key for text in failure.arguments.values() if isinstance(key := literal(text), str) and key.isidentifier()]
    names = [a.id for a in (*call.node.args, *(k.value for k in call.node.keywords)) if isinstance(a, ast.Name)]
    for name in names:
        found = _unpacking(call, name)
        if found is None or not keys:
            continue
        target, value = found
        yield Offer(f"Unpack its values: {value.text}.values()", value.suffix(".values()"), 0.3, sure=True)
        others = [e for e in target.elts if not (isinstance(e, ast.Name) and (e.id == name or e.id.startswith("_")))]
        if not others:
            entry = f'["{keys[0]}"]'
            edits = (value.tree.replace(target, name), *value.suffix(entry))
            yield Offer(f"Take its {keys[0]}: {name} = {value.text}{entry}", edits, 0.2, sure=True)


def _unpacking(call: Spot, name: str) -> tuple[ast.Tuple, Spot] | None:
    """The last assignment in front of a call that unpacks something into a name and others."""
    tree, scope = call.tree, call.tree.function(call.node) or call.tree.module
    found: list[tuple[ast.Tuple, Spot]] = []
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and (node.end_lineno or 0) < call.node.lineno:
            for target in node.targets:
                if isinstance(target, ast.Tuple) and any(isinstance(e, ast.Name) and e.id == name for e in target.elts):
                    found.append((target, Spot(tree, node.value)))
    return max(found, key=lambda f: f[1].node.lineno, default=None)
