"""What the models of a file take and give, as a report saw it: the shapes that `annotate` writes down. Pure."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from shapewright import show, wire
from shapewright.annotations.scope import File, Scope, scopes
from shapewright.annotations.writing import Shapes
from shapewright.model import Report, ShapeFact, without_guesses
from shapewright.source import SourceText


def shapes(report: Report, source: SourceText) -> tuple[Shapes, ...]:
    """The shapes of every class of the report's file that ran to its end, in order."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    checked = {target.name for target in report.targets if target.kind == "class" and target.status == "checked"}
    found = (_of(scope, report) for scope in scopes(File(source, tree)) if scope.name in checked)
    return tuple(item for item in found if item.inputs or item.outputs)


def _of(scope: Scope, report: Report) -> Shapes:
    node, path = scope.node, scope.file.source.path
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    facts = [f for f in report.shapes if f.location.path == path and first <= f.location.range.start.line <= last]
    inputs: list[tuple[str, wire.Value]] = []
    for argument in scope.arguments:
        start = scope.file.source.from_ast(argument.lineno, argument.col_offset)
        held = [f for f in facts if f.role == "parameter" and f.location.range.start == start]
        value = _one(held)
        if value is not None:
            inputs.append((argument.arg, value))
    inner = [n for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
    lines = {line for n in inner if n is not node for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    output = _one([f for f in facts if f.role == "return" and f.location.range.start.line + 1 not in lines])
    # What is in a tuple has no expressions: its numbers may well depend on the sizes of the inputs.
    outputs = (output,) if output is not None and output.kind == "tensor" else ()
    return Shapes(scope.name, tuple(inputs), outputs)


def _one(facts: Sequence[ShapeFact]) -> wire.Value | None:
    """The value of a place that always held the same; None where it held several."""
    values = {show.value_text(fact.value): fact.value for fact in without_guesses(facts)}
    return next(iter(values.values())) if len(values) == 1 else None


def headers(source: SourceText, name: str) -> tuple[tuple[int, int], ...]:
    """The first and last line, from 0, of a class's header and of its forward's with the docstring."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    scope = next((scope for scope in scopes(File(source, tree)) if scope.name == name), None)
    if scope is None or scope.owner is None:
        return ()
    body = scope.node.body
    last = (body[0].end_lineno or 1) - 1 if scope.file.docstring(scope.node) else body[0].lineno - 2
    first = scope.node.lineno - 1
    return (scope.owner.lineno - 1, scope.owner.lineno - 1), (first, max(first, last))
