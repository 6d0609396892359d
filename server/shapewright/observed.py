"""What the models of a file take and give, as a report saw it: the shapes that `annotate` writes down. Pure."""

from __future__ import annotations

import ast
import re

from shapewright import show, wire
from shapewright.annotations.scope import File, scopes
from shapewright.annotations.writing import Shapes
from shapewright.model import Report
from shapewright.source import SourceText


def shapes(report: Report) -> tuple[Shapes, ...]:
    """The shapes of every class whose contract is known. Without one a number could be that of a size that is free."""
    found = (_of(contract) for contract in report.contracts)
    return tuple(item for item in found if item.inputs or item.outputs)


def _of(contract: wire.Contract) -> Shapes:
    """What a contract says, but for numbers that only the guessed arguments of the constructor may have brought in."""
    _, _, arguments = contract.construct.partition("(")
    given = [int(number) for number in re.findall(r"(?<![\w.])\d+(?![\w.])", arguments)]
    guessed = {n for n in given if n > 1}
    guessed |= {a * b for a in guessed for b in guessed} | {a // b for a in guessed for b in guessed if a % b == 0}

    def is_true(value: wire.Value) -> bool:
        known = show.dims(value.tensor) if value.tensor is not None else None
        numbers = {int(text) for text in known or () if text.isdecimal()}
        return not (numbers - {1}) & guessed and all(map(is_true, value.items))

    inputs = tuple((fact.name, fact.value) for fact in contract.inputs if is_true(fact.value))
    return Shapes(contract.name, inputs, tuple(v for v in contract.outputs if is_true(v)))


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
