"""Patterns of einops and einsum: `rearrange(x, "b c h w -> b (h w) c")` says that x is (b, c, h, w)."""

from __future__ import annotations

import ast
import re

from shapewright import wire
from shapewright.annotations.declare import unique
from shapewright.annotations.dims import Shape
from shapewright.annotations.scope import Reading, Scope
from shapewright.wire import Dim

SOURCE = "einops"

_PATTERN_FIRST = frozenset({"einsum"})
_TENSOR_FIRST = frozenset({"rearrange", "reduce", "repeat", "asnumpy_rearrange"})
_AXES = re.compile(r"\([^()]*\)|\.\.\.|…|[^\s()]+")
_USES = re.compile(r"\b(?:rearrange|reduce|repeat|einsum)\s*\(")


def read(scope: Scope) -> Reading:
    """The patterns applied to an argument before it is assigned anew."""
    if not _USES.search(scope.text) or ("->" not in scope.text):
        return Reading()
    inputs: list[wire.Declared] = []
    for statement in scope.statements:
        for node in _calls(statement.node):
            for name, shape in patterns(node):
                # A branch may be taken for one rank only; that of an optional argument asks whether it is there.
                sure = not statement.conditional or name in scope.optional
                if sure and scope.is_given(name, node.lineno):
                    span = scope.file.span_of(node)
                    inputs.append(wire.Declared(name, "tensor", (shape,), source=SOURCE, span=span))
    return Reading(unique(inputs))


def _calls(node: ast.stmt) -> list[ast.Call]:
    """The calls in a statement's own expressions."""
    found: list[ast.Call] = []
    stack: list[ast.AST] = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
    while stack:
        current = stack.pop()
        if isinstance(current, (ast.Lambda, ast.IfExp)):
            continue
        if isinstance(current, ast.Call):
            found.append(current)
        stack.extend(ast.iter_child_nodes(current))
    return found[::-1]


def patterns(node: ast.Call) -> list[tuple[str, Shape]]:
    """Each argument that a call's pattern describes, by name."""
    operands, pattern = _parts(node)
    read = stages(pattern, node) if pattern else None
    if read is None:
        return []
    return [(o.id, s) for o, s in zip(operands, read[0], strict=False) if isinstance(o, ast.Name)]


def _parts(node: ast.Call) -> tuple[list[ast.expr], str]:
    match node.func:
        case ast.Name(id=function) | ast.Attribute(attr=function):
            pass
        case _:
            return [], ""
    match node.args:
        case [ast.Constant(value=str() as pattern), *operands] if function in _PATTERN_FIRST:
            return operands, pattern
        case [*operands, ast.Constant(value=str() as pattern)] if function in _PATTERN_FIRST:
            return operands, pattern
        case [operand, ast.Constant(value=str() as pattern), *_] if function in _TENSOR_FIRST:
            return [operand], pattern
        case _:
            return [], ""


def stages(pattern: str, node: ast.Call) -> tuple[tuple[Shape, ...], Shape | None] | None:
    """The shapes of the operands and that of the result; None where the pattern is none."""
    left, arrow, right = pattern.partition("->")
    match node.func:
        case ast.Name(id="einsum") | ast.Attribute(attr="einsum"):
            spaced = isinstance(node.args[0], ast.Constant) is False
            split = _axes if spaced else _letters
        case _:
            if not arrow:
                return None
            split = _axes
    sizes = {
        k.arg: k.value.value
        for k in node.keywords
        if k.arg and isinstance(k.value, ast.Constant) and type(k.value.value) is int
    }
    operands = left.split(",") if split is _letters or "," in left else [left]
    shapes = [_shape(split(operand), sizes) for operand in operands]
    known = tuple(shape for shape in shapes if shape is not None)
    if len(known) != len(shapes):
        return None
    return known, _shape(split(right), sizes) if arrow else None


def _letters(text: str) -> list[str]:
    return re.findall(r"\.\.\.|[A-Za-z]|[^\sA-Za-z.]", text)


def _axes(text: str) -> list[str]:
    return _AXES.findall(text)


def _shape(tokens: list[str], sizes: dict[str, int]) -> Shape | None:
    found: list[Dim] = []
    for token in tokens:
        dim = _dim(token, sizes)
        if dim is None:
            return None
        found.append(dim)
    return tuple(found)


def _dim(token: str, sizes: dict[str, int]) -> Dim | None:
    if token in ("...", "…"):
        return Dim("ellipsis")
    if token == "_":
        return Dim("any")
    if token.isdigit():
        return Dim("int", value=int(token))
    if token.isidentifier():
        return Dim("int", value=sizes[token]) if token in sizes else Dim("sym", token)
    if token.startswith("("):
        inner = token[1:-1].split()
        if not inner:
            return Dim("int", value=1)
        if not all(name.isidentifier() or name.isdigit() for name in inner):
            return Dim("any")
        factors = [str(sizes.get(name, name)) for name in inner]
        if len(factors) == 1:
            return _dim(factors[0], {})
        return Dim("expr", "*".join(factors))
    return None
