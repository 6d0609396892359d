"""The example input of a model, written above its `forward` where every reader of the code sees it:
`# shapewright: x: float32[2, 3, 32, 32]`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from shapewright import plan, show, wire
from shapewright.model import Edit, Location
from shapewright.plan import outline
from shapewright.resolve.repair import parseable
from shapewright.source import Position, Range, SourceText

_COMMENT = re.compile(r"[ \t]*#+[ \t]*shapewright:[ \t]*(?!ignore)(?P<rest>.*)")
_NAMED = re.compile(r"[^\W\d]\w*\s*[=:](?!=)\s*")


class ExampleError(ValueError):
    """The input cannot be used; the text says why and what to write."""


@dataclass(frozen=True)
class Example:
    """A model of a file: its parameters, and what is written of them, empty where nothing is."""

    name: str
    parameters: tuple[str, ...]
    text: str


def find(source: SourceText, line: int, name: str = "") -> Example | None:
    """The model of that name, else the one around a line, else the first one below."""
    tree = ast.parse(parseable(source.text).text)
    known = outline.classes(tree)
    models = [known[model] for model in outline.modules(tree)]
    chosen = next((m for m in models if m.name == name), None)
    if chosen is None and not name:
        chosen = next((m for m in models if m.lineno <= line + 1 <= (m.end_lineno or m.lineno)), None)
        chosen = chosen or next((m for m in models if m.lineno > line), None)
    forward = outline.forward(chosen.name, known) if chosen is not None else None
    if chosen is None or forward is None:
        return None
    number = _comment(source, forward)
    match = _COMMENT.match(source.line(number)) if number is not None else None
    return Example(chosen.name, outline.parameters(forward, bound=True), match["rest"].strip() if match else "")


def edit(source: SourceText, name: str, text: str) -> Edit | None:
    """The edit that writes the inputs of a model, separated by `;`; an empty text takes them away. None where there is
    nothing to change."""
    tree = ast.parse(parseable(source.text).text)
    known = outline.classes(tree)
    forward = outline.forward(name, known)
    if forward is None:
        raise ExampleError(f"{name} has no forward in this file")
    said = _said(name, text, tree)
    number = _comment(source, forward)
    if number is not None:
        line = source.line(number)
        start = len(line) - len(line.lstrip())
        if not said:
            return _replace(source, Range(Position(number, 0), Position(number + 1, 0)), "")
        return _replace(source, Range(Position(number, start), Position(number, len(line))), f"# shapewright: {said}")
    if not said:
        return None
    first = _first(forward)
    line = source.line(first)
    start = Position(first, len(line) - len(line.lstrip()))
    return _replace(source, Range(start, start), f"# shapewright: {said}\n{line[: start.column]}")


def suggested(example: Example, inputs: tuple[wire.ValueFact, ...]) -> str:
    """What stands there, else the input with which the model was checked, in the notation of the comment."""
    if example.text:
        return example.text
    parts = [
        f"{fact.name}: {tensor.dtype}{show.shape_text(tensor)}"
        for fact in inputs
        if fact.name and (tensor := fact.value.tensor) and tensor.dtype and "?" not in show.shape_text(tensor)
    ]
    return "; ".join(parts)


def _said(name: str, text: str, tree: ast.Module) -> str:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    try:
        declared = plan.pin(name, None, parts, tree).inputs
    except plan.PinError as error:
        raise ExampleError(str(error).removeprefix("--input ")) from error
    types = [_NAMED.sub("", part, count=1) if _NAMED.match(part) else part for part in parts]
    return "; ".join(f"{item.name}: {type_}" for item, type_ in zip(declared, types, strict=True))


def _comment(source: SourceText, forward: outline.Function) -> int | None:
    """The line of the comment right above a function, from 0."""
    number = _first(forward) - 1
    while source.line(number).lstrip().startswith("#"):
        if _COMMENT.match(source.line(number)):
            return number
        number -= 1
    return None


def _first(forward: outline.Function) -> int:
    return min([forward.lineno, *(decorator.lineno for decorator in forward.decorator_list)]) - 1


def _replace(source: SourceText, range_: Range, text: str) -> Edit:
    return Edit(Location(source.path, range_), text)
