"""Calls in the same file: `net = Net(10)`, then `net(torch.randn(2, 10))`; script part, `__main__`, tests."""

from __future__ import annotations

import ast
import functools
import re

from shapewright import wire
from shapewright.annotations.callsites import Call, Given, Walker
from shapewright.annotations.scope import File, Function, Reading, Scope, scopes

SOURCE = "call"

_MAKES = re.compile(r"\b(?:randn|rand|zeros|ones|empty|full|randint|tensor|arange|linspace|normal|eye)\w*\s*\(")


def read(scope: Scope) -> Reading:
    """The first call that gives a tensor whose shape the text tells."""
    name = scope.name.rsplit(".", 1)[-1]
    call = calls(scope.file).get(name)
    return Reading(inputs_of(scope, call, SOURCE, None)) if call else Reading()


@functools.lru_cache(maxsize=2)
def calls(file: File) -> dict[str, Call]:
    """The first telling call of each class and function of a file."""
    if not _MAKES.search(file.source.text):
        return {}
    known = scopes(file)
    walker = Walker(
        [s.name.rsplit(".", 1)[-1] for s in known if s.owner is not None], [s.name for s in known if s.owner is None]
    )
    found: dict[str, Call] = {}
    for call in walker.walk(file.tree.body):
        found.setdefault(call.target, call)
    lines = file.source.lines
    for function in _functions(file.tree.body):
        text = "\n".join(lines[function.lineno - 1 : function.end_lineno])
        if _MAKES.search(text):
            for call in walker.copy().walk(function.body):
                found.setdefault(call.target, call)
    return found


def _functions(body: list[ast.stmt]) -> list[Function]:
    """Functions at the top and the methods of test classes; those that run a model are the callers looked for."""
    found: list[Function] = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(node)
        elif (isinstance(node, ast.ClassDef) and "Test" in node.name) or isinstance(node, ast.If):
            found.extend(_functions(node.body))
    return found


def inputs_of(scope: Scope, call: Call, source: str, span: wire.Span | None) -> tuple[wire.Declared, ...]:
    """A call's arguments as inputs of the scope. `span` where the call's own positions are not the file's."""
    positional = zip(scope.names, call.positional, strict=False)
    given = [*positional, *((name, g) for name, g in call.keywords if name in scope.names)]
    return tuple(found for name, g in given if (found := _declared(scope.file, name, g, source, span)))


def _declared(file: File, name: str, given: Given, source: str, span: wire.Span | None) -> wire.Declared | None:
    where = span or file.span_of(given.node)
    if given.tensor is not None:
        return wire.Declared(name, "tensor", (given.tensor.shape,), given.tensor.dtype, source=source, span=where)
    match given.node:
        case ast.Constant(value=value) if value is None or isinstance(value, (bool, int, float, str)):
            return wire.Declared(name, "value", literal=repr(value), source=source, span=where)
        case _:
            return None
