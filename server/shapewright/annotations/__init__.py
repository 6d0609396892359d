"""Shapes that people wrote down: docstrings, types, comments, examples, and what the code itself shows.

Pure: text and tree in, `wire.Target` out. Every reader has the signature `read(scope) -> Reading`, and every text has
an answer.
"""

from __future__ import annotations

import ast

from shapewright import wire
from shapewright.annotations import merge
from shapewright.annotations.readers import (
    asserts,
    body_comment,
    calls,
    class_docstring,
    directive,
    docstring,
    doctests,
    einops,
    example_array,
    names,
    signature_comment,
    types,
    unpacking,
)
from shapewright.annotations.scope import File, Reading, Scope, scopes
from shapewright.annotations.typed import parse_input
from shapewright.source import SourceText

__all__ = ["declared_targets", "evidence", "parse_input", "written"]

READERS = (
    directive.read,
    docstring.read,
    types.read,
    class_docstring.read,
    signature_comment.read,
    body_comment.read,
    example_array.read,
    calls.read,
    doctests.read,
    unpacking.read,
    asserts.read,
    einops.read,
    names.read,
)
"""From the strongest source to the weakest."""

_WRITTEN = frozenset({"directive", "docstring", "jaxtyping", "comment"})
_WRITERS = READERS[:6]
"""Those of what people write down for others to read; the rest tells from what the code does."""


def declared_targets(source: SourceText, tree: ast.Module) -> tuple[wire.Target, ...]:
    """Every class with a `forward` or `__call__` and every function with a written shape, with their known inputs.

    Other functions are not named: to run a function on guessed inputs says nothing of it.
    """
    targets: list[wire.Target] = []
    for scope in scopes(File(source, tree)):
        target = _target(scope)
        if scope.owner is not None or _has_written_shape(target):
            targets.append(target)
    return tuple(targets)


def evidence(source: SourceText, tree: ast.Module) -> dict[str, tuple[Reading, ...]]:
    """What each source says on its own, by target: for the hover, and for docstrings that contradict the code."""
    return {scope.name: tuple(read(scope) for read in READERS) for scope in scopes(File(source, tree))}


def written(scope: Scope) -> Reading:
    """What people wrote down of a class or function, without what its calls and its code show."""
    readings = tuple(read(scope) for read in _WRITERS)
    return Reading(merge.inputs(scope, readings), merge.returns(readings))


def _target(scope: Scope) -> wire.Target:
    if scope.owner is None and not scope.names:
        return wire.Target(scope.name)
    readings = tuple(read(scope) for read in READERS)
    return wire.Target(scope.name, inputs=merge.inputs(scope, readings), returns=merge.returns(readings))


def _has_written_shape(target: wire.Target) -> bool:
    return any(_is_written(declared) for declared in target.inputs)


def _is_written(declared: wire.Declared) -> bool:
    if declared.items:
        return any(map(_is_written, declared.items))
    return declared.source in _WRITTEN and bool(declared.alternatives)
