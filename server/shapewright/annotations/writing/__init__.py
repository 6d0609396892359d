"""Puts inferred shapes into the text of a file, in the style that it has, so that the readers read the same again.

What somebody wrote stays as it is: only what has no written shape yet gets one, so that to write twice changes nothing.
Pure: text and shapes in, edits out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from shapewright import wire
from shapewright.annotations import declared_targets, written
from shapewright.annotations.scope import File, Scope, scopes
from shapewright.annotations.writing import comment, docstring, jaxtyping, readback, styles
from shapewright.annotations.writing.insert import Insert, Shapes, Style, applied, edits
from shapewright.model import Edit
from shapewright.source import SourceText

__all__ = ["STYLES", "Shapes", "Style", "write"]

STYLES: tuple[Style, ...] = ("google", "numpy", "jaxtyping", "comment")
"""The styles that people can ask for."""


def write(source: SourceText, shapes: Iterable[Shapes], style: Style | None = None) -> tuple[Edit, ...]:
    """The edits that write down what is not written yet. Without a `style` a docstring keeps its own, and a function
    without one gets the file's."""
    try:
        file = File(source, ast.parse(source.text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    known = {scope.name: scope for scope in scopes(file) if scope.owner is not None}
    inserts: list[Insert] = []
    for item in shapes:
        scope = known.get(item.name)
        if scope is not None:
            inserts += [insert for insert in _of(scope, item, style) if insert not in inserts]
    return edits(source, [*inserts, *jaxtyping.imports(file, inserts)])


def _of(scope: Scope, shapes: Shapes, style: Style | None) -> list[Insert]:
    """The inserts for one class; what would be read as something else is left out."""
    wanted = _missing(scope, shapes)
    while wanted.inputs or wanted.outputs:
        inserts = _inserts(scope, wanted, style)
        kept = _read_back(scope, wanted, inserts)
        if kept == wanted:
            return inserts
        wanted = kept
    return []


def _missing(scope: Scope, shapes: Shapes) -> Shapes:
    """What has no written shape yet."""
    said = {declared.name for declared in written(scope).inputs if declared.alternatives or declared.items}
    inputs = tuple((n, v) for n, v in shapes.inputs if n in scope.names and n not in said and readback.holds_tensors(v))
    done = any(declared.alternatives or declared.items for declared in written(scope).returns)
    outputs = shapes.outputs if not done and any(map(readback.holds_tensors, shapes.outputs)) else ()
    return replace(shapes, inputs=inputs, outputs=outputs if len(outputs) == 1 else ())


def _inserts(scope: Scope, shapes: Shapes, style: Style | None) -> list[Insert]:
    own = scope.file.docstring(scope.node)
    chosen = style or (styles.of_docstring(own.text) if own else None) or styles.of_file(scope.file)
    if chosen == "comment":
        return comment.into(scope, shapes.inputs, shapes.outputs)
    if chosen == "jaxtyping":
        return jaxtyping.into(scope, shapes.inputs, shapes.outputs)
    if own is not None:
        kept = styles.of_docstring(own.text) or chosen
        return docstring.into(scope, own, shapes.inputs, shapes.outputs, kept)
    return docstring.made(scope, shapes.inputs, shapes.outputs, chosen)


def _read_back(scope: Scope, shapes: Shapes, inserts: Sequence[Insert]) -> Shapes:
    """What is read of `shapes` once it is written."""
    text = applied(scope.file.source.text, inserts)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return replace(shapes, inputs=(), outputs=())
    targets = declared_targets(SourceText(scope.file.source.path, text), tree)
    target = next((t for t in targets if t.name == scope.name), wire.Target(scope.name))
    read = {declared.name: declared for declared in target.inputs}
    inputs = tuple((n, v) for n, v in shapes.inputs if n in read and readback.is_same(read[n], v))
    outputs = shapes.outputs if readback.are_results(target.returns, shapes.outputs) else ()
    return replace(shapes, inputs=inputs, outputs=outputs)
