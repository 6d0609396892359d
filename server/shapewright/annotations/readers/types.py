"""Shapes in type annotations: jaxtyping, torchtyping, `Annotated[Tensor, "B C"]`, native `Tensor[[B, C]]`.

A plain `LongTensor` gives a dtype, `list[Tensor]` a list; neither claims a shape.
"""

from __future__ import annotations

import ast
import re

from shapewright import wire
from shapewright.annotations import dims, dtypes
from shapewright.annotations.dims import Shape
from shapewright.annotations.grammar import parse
from shapewright.annotations.scope import File, Reading, Scope
from shapewright.wire import Dim

SOURCE = "jaxtyping"

JAXTYPING: dict[str, str | None] = {
    "Float": "float",
    "Float16": "float16",
    "Float32": "float32",
    "Float64": "float64",
    "BFloat16": "bfloat16",
    "Inexact": "float",
    "Real": None,
    "Num": None,
    "Shaped": None,
    "Int": "int64",
    "Integer": "int64",
    "Int8": "int8",
    "Int16": "int16",
    "Int32": "int32",
    "Int64": "int64",
    "UInt": "uint8",
    "UInt8": "uint8",
    "UInt16": "uint16",
    "UInt32": "uint32",
    "UInt64": "uint64",
    "Bool": "bool",
    "Complex": "complex64",
    "Complex64": "complex64",
    "Complex128": "complex128",
}
"""Names of jaxtyping, each with the dtype that an input of it is made with."""
_KINDS = frozenset({"Float", "Inexact", "Int", "Integer", "UInt", "Complex"})
"""These allow every dtype of their kind, so of a result they claim none."""
_BUILTINS = {"float": "float32", "int": "int64", "bool": "bool", "complex": "complex64"}

_TORCHTYPING = frozenset({"TensorType", "TT", "NDArray", "Tensor", "TensorT"})
_GROUPS = {"list": "list", "List": "list", "Sequence": "list", "Iterable": "list", "tuple": "tuple", "Tuple": "tuple"}
_PUNCTUATION = re.compile(r"[,()\[\]]")
_DEPTH = 8


def read(scope: Scope) -> Reading:
    """The annotations of the arguments and of the result."""
    inputs = tuple(
        found
        for argument in scope.arguments
        if argument.annotation is not None and (found := annotated(scope.file, argument.arg, argument.annotation))
    )
    result = annotated(scope.file, "", scope.node.returns) if scope.node.returns is not None else None
    if result is None:
        return Reading(inputs)
    # How many results a tuple holds is part of what is returned: one entry for each.
    several = result.kind == "tuple" and len(result.items) > 1
    returns = result.items if several else (result,)
    return Reading(inputs, returns if any(r.alternatives for r in returns) else ())


def annotated(file: File, name: str, node: ast.expr) -> wire.Declared | None:
    """What an annotation says; None where it says nothing of shapes or dtypes."""
    return _read(file, name, node, file.span_of(node), not name, 0)


def _read(file: File, name: str, node: ast.expr, span: wire.Span, result: bool, depth: int) -> wire.Declared | None:
    if depth > _DEPTH:
        return None
    match node:
        case ast.Constant(value=str() as text):
            inner = dims.parse_expression(text)
            return _read(file, name, inner, span, result, depth + 1) if inner is not None else None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union(file, name, [left, right], span, result, depth)
        case ast.Name(id=word) if word in file.aliases:
            return _read(file, name, file.aliases[word], span, result, depth + 1)
        case ast.Name(id=word) | ast.Attribute(attr=word):
            # Complex types of that name are classes of other libraries.
            dtype = dtypes.TENSOR_WORDS.get(word) if not word.startswith("Complex") else None
            return wire.Declared(name, dtype=dtype, source="annotation", span=span) if dtype and not result else None
        case ast.Subscript(value=ast.Name(id=word) | ast.Attribute(attr=word), slice=inner):
            return _subscript(file, name, word, inner, span, result, depth)
        case _:
            return None


def _subscript(
    file: File, name: str, word: str, inner: ast.expr, span: wire.Span, result: bool, depth: int
) -> wire.Declared | None:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if word in JAXTYPING and len(parts) == 2:
        shape = _string(parts[1], jaxtyping)
        dtype = JAXTYPING[word]
        return _tensor(name, shape, None if result and word in _KINDS else dtype, span)
    if word in ("Optional", "Union"):
        return _union(file, name, [*parts, *([ast.Constant(None)] if word == "Optional" else [])], span, result, depth)
    if word == "Annotated" and len(parts) > 1:
        shape = next((s for part in parts[1:] if (s := _annotation(part)) is not None), None)
        inner_type = _read(file, name, parts[0], span, result, depth + 1)
        return _tensor(name, shape, inner_type.dtype if inner_type else None, span) if shape is not None else inner_type
    if kind := _GROUPS.get(word):
        return _group(file, name, "list" if kind == "list" else "tuple", parts, span, result, depth)
    if word in _TORCHTYPING or word in dtypes.TENSOR_WORDS:
        dtype = dtypes.TENSOR_WORDS.get(word) or next((d for part in parts if (d := _dtype(part))), None)
        parts = [part for part in parts if not _is_detail(part)]
        if len(parts) == 1 and isinstance(parts[0], ast.List):
            parts = parts[0].elts
        shape = _string(parts[0], _spaced) if len(parts) == 1 and _is_list(parts[0]) else _native(parts)
        return _tensor(name, shape, dtype, span)
    return None


def _tensor(name: str, shape: Shape | None, dtype: str | None, span: wire.Span) -> wire.Declared | None:
    return wire.Declared(name, "tensor", (shape,), dtype, source=SOURCE, span=span) if shape is not None else None


def _union(
    file: File, name: str, parts: list[ast.expr], span: wire.Span, result: bool, depth: int
) -> wire.Declared | None:
    optional = any(isinstance(part, ast.Constant) and part.value is None for part in parts)
    read = [found for part in parts if (found := _read(file, name, part, span, result, depth + 1))]
    if not read:
        return None
    first = read[0]
    alternatives = first.alternatives
    if first.kind == "tensor":
        alternatives = tuple(dict.fromkeys(s for found in read if found.kind == "tensor" for s in found.alternatives))
    dtypes_found = {found.dtype for found in read}
    return wire.Declared(
        name,
        first.kind,
        alternatives,
        first.dtype if len(dtypes_found) == 1 else None,
        optional or first.optional,
        first.items,
        source=first.source,
        span=span,
    )


def _group(
    file: File, name: str, kind: str, parts: list[ast.expr], span: wire.Span, result: bool, depth: int
) -> wire.Declared | None:
    endless = any(isinstance(part, ast.Constant) and part.value is Ellipsis for part in parts)
    parts = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is Ellipsis)]
    items = [_read(file, "", part, span, result, depth + 1) or _plain_tensor(part, span) for part in parts]
    found = tuple(item for item in items if item)
    if not found or len(found) != len(parts) or (kind == "list" and len(found) != 1):
        return None
    # `tuple[Tensor, ...]` has as many items as one likes, as a list has.
    kind_found = "list" if kind == "list" else "tuple"
    if endless:
        found = (found[0], found[0])
    return wire.Declared(name, kind_found, items=found, source=found[0].source or SOURCE, span=span)


def _plain_tensor(node: ast.expr, span: wire.Span) -> wire.Declared | None:
    match node:
        case ast.Name(id="Tensor") | ast.Attribute(attr="Tensor"):
            return wire.Declared("", source="annotation", span=span)
        case _:
            return None


def _string(node: ast.expr, reader: object) -> Shape | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return jaxtyping(node.value) if reader is jaxtyping else _spaced(node.value)
    return None


def jaxtyping(text: str) -> Shape | None:
    """The dimensions of a jaxtyping string, separated by spaces: `*batch 3 h w`, `#n d`, `dim-1`."""
    found: list[Dim] = []
    for token in text.split():
        dim = _jaxtyping_dim(token)
        if dim is None:
            return None
        found.append(dim)
    return tuple(found)


def _jaxtyping_dim(token: str) -> Dim | None:
    broadcast = "#" in token[:3]
    token = token.replace("#", "").replace("?", "")
    if "=" in token:
        token = token.split("=", 1)[1]
    if token.startswith("{") and token.endswith("}"):
        token = token[1:-1]
    if token in ("_", ""):
        return Dim("any")
    if token == "...":
        return Dim("ellipsis")
    if token.startswith("*"):
        name = token[1:]
        return Dim("ellipsis") if name.startswith("_") else Dim("variadic", name, broadcast=broadcast)
    if token.startswith("_"):
        return Dim("any")
    # A jaxtyping name may be a word that prose would not have as a dimension.
    dim = dims.one(token) or (Dim("sym", token) if token.isidentifier() else None)
    if dim is None:
        return None
    if dim.kind == "variadic":
        dim = Dim("sym", dim.text)
    return Dim(dim.kind, dim.text, dim.value, broadcast=broadcast or dim.broadcast)


def _spaced(text: str) -> Shape | None:
    """`"B C H W"`, `"(B, C)"`, `"batch, channels"`."""
    if _PUNCTUATION.search(text):
        text = text.strip()
        return dims.many(text[1:-1] if text[:1] in "([" and text[-1:] in ")]" else text)
    return jaxtyping(text)


def _annotation(node: ast.expr) -> Shape | None:
    """What an item behind `Annotated[Tensor, …]` says: a string, a tuple or list of sizes, or a call that takes one."""
    match node:
        case ast.Constant(value=str() as text):
            said = parse(text)
            return said.alternatives[0] if said.kind == "shape" else _words(text)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return _native(elts)
        case ast.Call(args=[inner]):
            return _annotation(inner)
        case ast.Call(args=[_, *_] as elts):
            return _native(elts)
        case ast.Call(keywords=[ast.keyword(value=inner), *_]):
            return _annotation(inner)
        case _:
            return None


def _words(text: str) -> Shape | None:
    tokens = text.split()
    plain = all(re.fullmatch(r"[*#]*\w+|\.\.\.|[\w*+/-]+", token) for token in tokens)
    short = sum(len(token) <= 2 or "_" in token or token in ("batch", "seq", "dim", "...") for token in tokens)
    return _spaced(text) if tokens and plain and 2 * short >= len(tokens) else None


def _native(parts: list[ast.expr]) -> Shape | None:
    """The sizes of `Tensor[B, 3]`, `TensorType["batch", 3, -1]`, `Tensor[Literal[3], N]`."""
    found: list[Dim] = []
    for part in parts:
        dim = _native_dim(part)
        if dim is None:
            return None
        found.append(dim)
    return tuple(found) if found else None


def _native_dim(node: ast.expr) -> Dim | None:
    match node:
        case ast.Constant(value=value) if value is Ellipsis:
            return Dim("ellipsis")
        case ast.Constant(value=str() as text):
            return _jaxtyping_dim(text.strip()) if text.strip() else None
        case ast.Starred(value=ast.Name(id=name)):
            return Dim("variadic", name)
        case ast.Subscript(value=ast.Name(id="Unpack") | ast.Attribute(attr="Unpack"), slice=ast.Name(id=name)):
            return Dim("variadic", name)
        case ast.Subscript(value=ast.Name(id="Literal" | "L" | "Dim") | ast.Attribute(attr="Literal"), slice=inner):
            return _native_dim(inner)
        case ast.Slice(lower=ast.Constant(value=str() as name), upper=ast.Constant(value=upper)):
            return Dim("variadic", name) if upper is Ellipsis else _native_dim(ast.Constant(upper))
        case ast.Name(id="Any"):
            return Dim("any")
        case _:
            return dims.one(ast.unparse(node))


def _dtype(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=word) if word in _BUILTINS:
            return _BUILTINS[word]
        case ast.Attribute(value=ast.Name(id="torch"), attr=word):
            return dtypes.short_dtype(word)
        case _:
            return None


def _is_detail(node: ast.expr) -> bool:
    """A dtype or a torchtyping detail such as `is_named`: no size."""
    match node:
        case ast.Name(id=word):
            return word in _BUILTINS or word in ("is_named", "is_float")
        case ast.Attribute(value=ast.Name(id="torch")):
            return True
        case _:
            return False


def _is_list(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search(r"[\s,]", node.value.strip()))
    )
