"""The shapes around the cursor as a text, for a message or an issue."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable

from shapewright import show
from shapewright.lsp.window import Window
from shapewright.model import ShapeFact, without_guesses
from shapewright.resolve.repair import parseable
from shapewright.source import Range, SourceText

SHAPES = "shapewright.server.shapes"
_ROLES = frozenset({"assignment", "loop", "parameter", "return"})
_NAME = 40


def register(window: Window) -> None:
    """The command. It takes the URI of the document and a line."""

    @window.command(SHAPES)
    def shapes(uri: str, line: int) -> dict[str, str]:
        """The shapes of the class or function around a line, else of the whole file; or the problem."""
        found = window.session.documents.find(uri)
        if found is None:
            return {"text": "", "problem": "The file is not open."}
        program, part = found
        name, first, last = around(program.source, line + part.first)
        text = written(window.facts(program.path, first, last))
        if not text:
            return {"text": "", "problem": "No shape is known here yet."}
        return {"text": f"{os.path.basename(program.path)}{f', {name}' if name else ''}\n{text}", "problem": ""}

    del shapes


def around(source: SourceText, line: int) -> tuple[str, int, int]:
    """Name, first and last line (from 0) of the outermost class or function at a line; of the file where none is."""
    for node in ast.parse(parseable(source.text).text).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            if first <= line <= last:
                return node.name, first, last
    return "", 0, len(source.lines) - 1


def written(facts: Iterable[ShapeFact]) -> str:
    """A line for each value with a tensor in it: number, expression, value."""
    places: dict[Range, list[ShapeFact]] = {}
    for fact in facts:
        if fact.role in _ROLES and show.holds_tensor(fact.value):
            places.setdefault(fact.location.range, []).append(fact)
    rows: dict[tuple[str, str, str], None] = {}
    for range_, held in places.items():
        for fact in without_guesses(held):
            name = " ".join((fact.text or fact.name).split())
            name = f"return {name}" if fact.role == "return" else name
            name = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
            rows[str(range_.start.line + 1), name, show.value_text(fact.value)] = None
    numbers, names = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    return "".join(f"{number:>{numbers}}  {name:<{names}}  {value}\n" for number, name, value in rows)
