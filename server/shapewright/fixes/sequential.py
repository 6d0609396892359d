"""A layer that is missing in a Sequential: `nn.Flatten()` in front of a Linear, the output out of an LSTM's tuple."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._numbers import changes
from shapewright.fixes.module_list import nn_name
from shapewright.model import Edit

_IMAGES = 4
_OUTPUT = "TakeOutput"


def offers(context: Context) -> Iterator[Offer]:
    """What stands between two layers, inserted in front of the failing one."""
    call = layers.made(context)
    if call is None or not _listed(call):
        return
    nn, kind = nn_name(call), context.failure.module.type if context.failure.module is not None else ""
    if nn is None:
        return
    if "not tuple" in context.failure.message:
        yield from _unpacked(context, call, nn)
    elif read.op(context.failure) == "linear" and kind == "Linear" and read.cause(context.failure) != "dtype":
        yield from _flattened(context, call, nn)


def _listed(call: Spot) -> bool:
    """Whether a layer is made as an item among others, of which each takes what the one before gives."""
    around = call.tree.parents.get(call.node)
    if isinstance(around, ast.List):
        return True
    return isinstance(around, ast.Call) and layers.last_name_of(call.at(around)) == "Sequential"


def _flattened(context: Context, call: Spot, nn: str) -> Iterator[Offer]:
    shape, wanted = read.shape(read.operand(context.failure, "input")), read.setting(context.failure, "in_features")
    own = layers.argument(call, "in_features")
    whole = read.product(shape[1:]) if shape is not None and len(shape) > 2 else None
    if not shape or whole is None or not isinstance(wanted, int):
        return
    edit = _in_front(call, f"{nn}.Flatten()")
    title = f"Flatten to [{shape[0]}, {whole}] in front of it: {nn}.Flatten()"
    if whole == wanted:
        yield Offer(title, (edit,), 0.3, sure=True)
    elif len(shape) == _IMAGES and own is not None:
        for change in changes(context, own, wanted, whole)[:2]:
            both = f"{title}, and take {whole} features ({change.words})"
            yield Offer(both, _joined(edit, change.edits), 0.9 + 0.2 * change.cost, sure=wanted not in shape[1:2])


def _in_front(call: Spot, text: str) -> Edit:
    """An item in front of another, on a line of its own where that has one."""
    line = call.tree.source.line(call.node.lineno - 1)
    indent = line[: len(line) - len(line.lstrip())]
    alone = call.node.col_offset == len(indent.encode())
    return call.tree.before(call.node, f"{text},\n{indent}" if alone else f"{text}, ")


def _joined(edit: Edit, others: tuple[Edit, ...]) -> tuple[Edit, ...]:
    return (edit, *(other for other in others if other != edit))


def _unpacked(context: Context, call: Spot, nn: str) -> Iterator[Offer]:
    """A small layer of its own, in front of the statement that makes the model."""
    outermost = next((n for n in call.tree.around(call.node) if _is_top(call, n)), call.tree.statement(call.node))
    if not isinstance(outermost, ast.stmt):
        return
    known = any(isinstance(n, ast.ClassDef) and n.name == _OUTPUT for n in call.tree.module.body)
    above = [call.tree.source.line(n).strip() for n in range(max(outermost.lineno - 3, 0), outermost.lineno - 1)]
    made = "\n" * sum(1 for line in above if line) + (
        f"class {_OUTPUT}({nn}.Module):\n    def forward(self, output_and_state):\n"
        "        return output_and_state[0]\n\n\n"
    )
    edits = (_in_front(call, f"{_OUTPUT}()"),)
    if not known:
        edits = (call.tree.before(outermost, made), *edits)
    yield Offer(f"Take the output out of the tuple, by a layer in front of it: {_OUTPUT}()", edits, 0.3, sure=True)


def _is_top(call: Spot, node: ast.AST) -> bool:
    return call.tree.parents.get(node) is call.tree.module
