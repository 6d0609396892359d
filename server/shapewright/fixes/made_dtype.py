"""Another dtype where the data is made: `dtype=` of the factory, a cast behind it, or a conversion taken away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot, last_name
from shapewright.fixes._dims import variable
from shapewright.fixes._dtypes import METHODS, NUMPY, numpy_name, torch_name, wanted, written
from shapewright.fixes._origins import origins
from shapewright.fixes._places import is_iterated
from shapewright.model import Edit

_TORCH = read.words(
    """
    tensor as_tensor zeros ones randn rand full arange linspace eye empty randint zeros_like ones_like
    full_like randn_like rand_like randint_like new_zeros new_ones new_full new_tensor
    """
)
_NUMPY = frozenset({"array", "asarray", "zeros", "ones", "full", "arange", "empty", "linspace"})
_CASTS = frozenset({"float", "double", "half", "bfloat16", "long", "int", "bool", "to", "type", "astype"})
_TYPED = {
    "float32": "FloatTensor", "float64": "DoubleTensor", "float16": "HalfTensor", "int64": "LongTensor",
    "int32": "IntTensor", "uint8": "ByteTensor", "bool": "BoolTensor",
}  # fmt: skip


def offers(context: Context) -> Iterator[Offer]:
    """The edits at the step that gave an operand its dtype."""
    for number, (operand, dtype) in enumerate(wanted(context.failure)[:3]):
        step, before = _turn(operand)
        spot = context.spot(step.span) if step is not None else None
        if spot is None or is_iterated(spot):
            continue
        for rank, title, edits in _edits(context, spot, before, dtype):
            yield Offer(title, edits, 1.0 + number + rank, sure=number == 0)


def _turn(operand: wire.Operand) -> tuple[wire.Step | None, str | None]:
    """The step that gave the operand its dtype, and the dtype before it."""
    dtype, found = read.dtype(operand), None
    for step in operand.history:
        own = step.value.tensor.dtype if step.value.tensor else None
        if own != dtype:
            return found, own
        found = step
    return found, None


def _edits(
    context: Context, spot: Spot, before: str | None, dtype: str
) -> Iterator[tuple[float, str, tuple[Edit, ...]]]:
    tree, node, method = spot.tree, spot.node, METHODS.get(dtype, "")
    shown = variable(spot)
    torch = torch_name(tree)
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        if isinstance(node.func, ast.Attribute) and name in _CASTS and not _is_module(node.func.value, torch):
            yield from _recast(spot, node, before, dtype, torch)
            return
        if name.endswith("Tensor") and name != "Tensor" and dtype in _TYPED and isinstance(node.func, ast.Attribute):
            text = f"{tree.text(node.func.value)}.{_TYPED[dtype]}"
            yield 0.0, f"Make {shown} {dtype} where it is made: {text}(…)", (tree.replace(node.func, text),)
            return
        if name in _TORCH and torch is not None:
            edit = tree.keyword(node, "dtype", f"{torch}.{dtype}")
            yield 0.0, f"Make {shown} {dtype} where it is made: {name}(…, dtype={torch}.{dtype})", (edit,)
            method = ""
        if node.args and name in ("from_numpy", "tensor", "as_tensor", "Tensor"):
            yield from _array(context, spot.at(node.args[0]), dtype)
    if method:
        yield 0.2, f"Make {shown} {dtype} where it is made: {tree.suffixed(node, method)}", spot.suffix(method)


def _recast(
    spot: Spot, node: ast.Call, before: str | None, dtype: str, torch: str | None
) -> Iterator[tuple[float, str, tuple[Edit, ...]]]:
    """A conversion to the wrong dtype: left out, or to the right one."""
    assert isinstance(node.func, ast.Attribute)
    tree, receiver, name = spot.tree, node.func.value, node.func.attr
    written_ = spot.text[len(" ".join(tree.text(receiver).split())) :]
    if before == dtype:
        yield 0.0, f"Leave out {written_}, it is {dtype} before", (tree.instead(node, ""),)
        return
    numpy = numpy_name(tree)
    if name == "astype" and node.args:
        text = f"{numpy}.{NUMPY[dtype]}" if numpy and dtype in NUMPY else repr(dtype)
        yield 0.0, f"Convert to {dtype}: .astype({text})", (tree.replace(node.args[0], text),)
    elif name in ("to", "type") and torch is not None and node.args:
        yield 0.0, f"Convert to {dtype}: .{name}({torch}.{dtype})", (tree.replace(node.args[0], f"{torch}.{dtype}"),)
    elif dtype in METHODS:
        yield 0.0, f"Convert to {dtype}: {METHODS[dtype]}", (tree.instead(node, METHODS[dtype]),)


def _array(context: Context, spot: Spot, dtype: str) -> Iterator[tuple[float, str, tuple[Edit, ...]]]:
    """The NumPy array behind a tensor."""
    for found in (spot, *origins(context, spot)[:2]):
        node, numpy = found.node, numpy_name(found.tree)
        if not isinstance(node, ast.Call) or numpy is None or dtype not in NUMPY:
            continue
        text, name = f"{numpy}.{NUMPY[dtype]}", last_name(node.func)
        given = [k.value for k in node.keywords if k.arg == "dtype"]
        if name == "astype" and node.args and written(node.args[0]) != dtype:
            yield 0.1, f"Convert to {dtype}: .astype({text})", (found.tree.replace(node.args[0], text),)
        elif name in _NUMPY and (given or isinstance(node.func, ast.Attribute)):
            yield 0.5, f"Make {variable(found)} {dtype}: dtype={text}", (found.tree.keyword(node, "dtype", text),)
        elif found is not spot:
            yield 0.6, f"Convert {variable(found)} to {dtype}: .astype({text})", found.suffix(f".astype({text})")


def _is_module(node: ast.expr, torch: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id in (torch, "np", "numpy")
