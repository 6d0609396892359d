"""A name that is nearly that of an attribute: `self.droput` becomes `self.dropout`."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._origins import find_class

_TENSOR = read.words(
    """
    shape size view reshape permute transpose squeeze unsqueeze flatten contiguous float double long
    half bool detach numpy item tolist cpu cuda to mean sum max min argmax softmax sigmoid tanh relu
    matmul mm bmm expand repeat clone backward requires_grad_ masked_fill dtype device dim numel type
    clamp exp log sqrt pow abs norm std var gather scatter_ topk
    """
)
_MODULE = read.words(
    """
    parameters named_parameters state_dict load_state_dict train eval to forward modules children
    zero_grad register_buffer apply double float half cuda cpu requires_grad_
    """
)


def offers(context: Context) -> Iterator[Offer]:
    """The nearest names that the object has."""
    wrong, kind, spot = context.failure.facts.get("attribute"), context.failure.facts.get("object"), context.failing
    if not wrong or kind is None or spot is None:
        return
    node = spot.node if isinstance(spot.node, ast.Attribute) else None
    if isinstance(spot.node, ast.Call) and isinstance(spot.node.func, ast.Attribute):
        node = spot.node.func
    if node is None or node.attr != wrong:
        return
    found = find_class(context, kind)
    known = (
        _names(found[1])
        if found is not None
        else list(_TENSOR)
        if kind in ("Tensor", "Parameter", "FakeTensor")
        else []
    )
    near = context.failure.facts.get("near", "").split()
    close = difflib.get_close_matches(wrong, [*known, *_MODULE] if found else known, 3, 0.6)
    for number, name in enumerate(dict.fromkeys([*close, *near] if found else [*near, *close])):
        yield Offer(f"Use {name}", (spot.tree.renamed(node, name),), 0.1 + 0.2 * number, sure=number == 0)


def _names(owner: ast.ClassDef) -> list[str]:
    """What is assigned to `self`, and the methods."""
    found = [n.name for n in owner.body if isinstance(n, ast.FunctionDef)]
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            found.append(node.attr)
    return list(dict.fromkeys(found))
