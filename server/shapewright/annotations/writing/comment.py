"""Shapes in comments: behind the header of the function, or above its first statement."""

from __future__ import annotations

from collections.abc import Sequence

from shapewright import wire
from shapewright.annotations.scope import Scope
from shapewright.annotations.writing import words
from shapewright.annotations.writing.insert import Insert, newline
from shapewright.annotations.writing.signature import signature_end

_WIDEST = 110


def into(scope: Scope, inputs: Sequence[tuple[str, wire.Value]], outputs: Sequence[wire.Value]) -> list[Insert]:
    """The inserts that put a comment to a function: `# x: (B, C), mask: (B, T)`, or `# (B, C) -> (B, D)`."""
    said = [(name, text) for name, value in inputs if (text := words.said(value)) is not None]
    if not said:
        return []
    rows = [f"{name}: {shape}" for name, shape in said]
    if scope.only == said[0][0] and outputs and (result := words.said(outputs[0])) and result.startswith("("):
        rows[0] = f"{said[0][1]} -> {result}"
    text = f"# {', '.join(rows)}"
    source, end = scope.file.source, signature_end(scope)
    if end is None:
        return []
    place = source.position(end)
    rest = source.line(place.line)[place.column :]
    if not rest.strip() and place.column + len(text) <= _WIDEST:
        return [Insert(end, end, f"  {text}")]
    first = scope.node.body[0]
    if scope.file.docstring(scope.node) is not None and len(scope.node.body) > 1:
        first = scope.node.body[1]
    if first.lineno == scope.node.lineno or source.line(first.lineno - 1)[: first.col_offset].strip():
        return []
    at = scope.file.offset(first.lineno, 0)
    indent = source.line(first.lineno - 1)[: first.col_offset]
    return [Insert(at, at, "".join(f"{indent}# {row}{newline(source)}" for row in rows))]
