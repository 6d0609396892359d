"""Shapes as types: `x: Float[Tensor, "B 3 H W"]`, with the imports that they need."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from shapewright import show, wire
from shapewright.annotations import dims
from shapewright.annotations.scope import File, Scope
from shapewright.annotations.writing.insert import Insert, newline
from shapewright.annotations.writing.signature import closing, signature_end
from shapewright.annotations.writing.words import shape_of

_KINDS = {
    None: "Float",
    "float32": "Float",
    "float64": "Float64",
    "float16": "Float16",
    "bfloat16": "BFloat16",
    "int64": "Int",
    "int32": "Int32",
    "int16": "Int16",
    "int8": "Int8",
    "uint8": "UInt8",
    "bool": "Bool",
    "complex64": "Complex",
    "complex128": "Complex128",
}
_GIVEN = frozenset({"Tensor", "FloatTensor", "LongTensor", "BoolTensor", "IntTensor", "DoubleTensor", "HalfTensor"})


def into(scope: Scope, inputs: Sequence[tuple[str, wire.Value]], outputs: Sequence[wire.Value]) -> list[Insert]:
    """The inserts that annotate a signature."""
    file = scope.file
    values = dict(inputs)
    found: list[Insert] = []
    for argument in scope.arguments:
        value = values.get(argument.arg)
        text = _type(value, _tensor_name(file)) if value is not None else None
        if text is None or argument.arg in scope.optional:
            continue
        if argument.annotation is None:
            at = file.offset(argument.end_lineno or argument.lineno, argument.end_col_offset or 0)
            found.append(Insert(at, at, f": {text}"))
        elif _is_tensor(argument.annotation):
            start, end = _range(file, argument.annotation)
            given = file.source.text[start:end]
            found.append(Insert(start, end, _type(value, given) or given))
    result = _type(outputs[0], _tensor_name(file)) if outputs else None
    if result is not None and (scope.node.returns is None or _is_tensor(scope.node.returns)):
        if scope.node.returns is not None:
            start, end = _range(file, scope.node.returns)
            found.append(Insert(start, end, result))
        elif (at := closing(scope)) is not None and signature_end(scope) is not None:
            found.append(Insert(at, at, f" -> {result}"))
    return found


def _type(value: wire.Value | None, tensor: str) -> str | None:
    if value is None:
        return None
    if value.kind == "tensor" and value.tensor is not None:
        shape, kind = shape_of(value.tensor), _KINDS.get(value.tensor.dtype)
        if shape is None or kind is None or any(" " in dims.show((dim,)).strip("(),") for dim in shape):
            return None
        text = " ".join(re.sub(r"(?<!/)/(?!/)", "//", dims.show((dim,))[1:-2]) for dim in shape)
        return f'{kind}[{tensor}, "{text}"]'
    if value.kind != "sequence" or value.length not in (None, len(value.items)):
        return None
    items = [_type(item, tensor) if item.kind == "tensor" else None for item in value.items]
    if not items or None in items:
        return None
    name = show.short_name(value.type)
    if name == "tuple" and len(items) > 1:
        return f"tuple[{', '.join(str(item) for item in items)}]"
    return f"list[{items[0]}]" if name == "list" and len(set(items)) == 1 else None


def _is_tensor(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in _GIVEN


def _tensor_name(file: File) -> str:
    return "Tensor" if _imported(file, "torch", "Tensor") or not _imports_module(file, "torch") else "torch.Tensor"


def imports(file: File, inserts: Sequence[Insert]) -> list[Insert]:
    """Lines with what the inserts need and the file does not import yet, behind the last import at its top."""
    kinds = {kind for kind in _KINDS.values() for insert in inserts if re.search(rf"\b{kind}\[", insert.text)}
    if not kinds:
        return []
    missing = sorted(kind for kind in kinds if not _imported(file, "jaxtyping", kind))
    rows = [f"from jaxtyping import {', '.join(missing)}"] if missing else []
    if _tensor_name(file) == "Tensor" and not _imported(file, "torch", "Tensor"):
        rows.append("from torch import Tensor")
    imports = [n for n in file.tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    if not rows:
        return []
    line = newline(file.source)
    last = imports[-1].end_lineno or imports[-1].lineno if imports else 0
    at = file.source.offset(file.source.from_ast(last + 1, 0)) if imports else 0
    return [Insert(at, at, "".join(f"{row}{line}" for row in rows))]


def _imported(file: File, module: str, name: str) -> bool:
    return any(
        isinstance(n, ast.ImportFrom) and n.module == module and any((a.asname or a.name) == name for a in n.names)
        for n in file.tree.body
    )


def _imports_module(file: File, module: str) -> bool:
    return any(
        isinstance(n, ast.Import) and any(a.name == module and a.asname is None for a in n.names)
        for n in file.tree.body
    )


def _range(file: File, node: ast.expr) -> tuple[int, int]:
    return file.offset(node.lineno, node.col_offset), file.offset(
        node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    )
