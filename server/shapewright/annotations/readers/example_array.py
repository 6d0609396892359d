"""`self.example_input_array = torch.zeros(1, 3, 32, 32)`, as in Lightning: one tensor, a tuple of them, or a dict."""

from __future__ import annotations

import ast

from shapewright import wire
from shapewright.annotations.scope import Reading, Scope
from shapewright.annotations.tensors import made

SOURCE = "example_input_array"


def read(scope: Scope) -> Reading:
    """The assignment in the constructor or in the class body."""
    if scope.owner is None or SOURCE not in scope.file.source.text:
        return Reading()
    body = [*scope.owner.body, *(scope.init.body if scope.init else [])]
    for node in body:
        match node:
            case ast.Assign(
                targets=[ast.Attribute(attr="example_input_array") | ast.Name(id="example_input_array")], value=value
            ):
                return Reading(_inputs(scope, value))
            case ast.AnnAssign(
                target=ast.Attribute(attr="example_input_array") | ast.Name(id="example_input_array"),
                value=ast.expr() as value,
            ):
                return Reading(_inputs(scope, value))
            case _:
                pass
    return Reading()


def _inputs(scope: Scope, value: ast.expr) -> tuple[wire.Declared, ...]:
    match value:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            pairs = list(zip(scope.names, elts, strict=False))
        case ast.Dict(keys=keys, values=values):
            pairs = [
                (k.value, v)
                for k, v in zip(keys, values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
        case _:
            pairs = [(scope.names[0], value)] if scope.names else []
    found: list[wire.Declared] = []
    for name, node in pairs:
        tensor = made(node, {})
        if tensor is not None and name in scope.names:
            span = scope.file.span_of(node)
            found.append(wire.Declared(name, "tensor", (tensor.shape,), tensor.dtype, source=SOURCE, span=span))
    return tuple(found)
