"""Where an inlay hint leads, and what it writes into the code at a double click."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from lsprotocol import types

from shapewright import show, wire
from shapewright.lsp.convert import uri_of
from shapewright.lsp.programs import Part, Program
from shapewright.lsp.results import mapping
from shapewright.lsp.window import Window
from shapewright.model import Location, ShapeFact
from shapewright.resolve.repair import parseable
from shapewright.source import Position, Range, SourceText

_JAXTYPING = (("bool", "Bool"), ("int", "Int"), ("uint", "UInt"), ("complex", "Complex"), ("", "Float"))
_DIM = re.compile(r"\w+")


def leads_to(window: Window, program: Program, fact: ShapeFact) -> types.Location | None:
    """The call that gave a parameter its value; of what was assigned or returned, where its layer is made."""
    if fact.role == "parameter":
        found = _now(window, fact.caller) if fact.caller else None
    else:
        layer = _layer(window, program, fact)
        found = _location(window, layer.declared or layer.birth) if layer else None
    place = window.place(found) if found else None
    if place is None and found is not None:
        source = next((s for r in window.session.results if (s := r.fact_sources.get(found.path))), None)
        place = (uri_of(found.path), window.encoding.to_range(source, found.range)) if source else None
    return types.Location(*place) if place else None


def inserted(program: Program, part: Part, held: Sequence[ShapeFact]) -> tuple[Position, str] | None:
    """A place in a part and the text that says there in Python what the hint says; None where no such text is valid.

    A parameter gets a jaxtyping annotation in a file that uses them. Whatever else gets a comment.
    """
    facts = {show.value_text(fact.value): fact for fact in held}
    if len(facts) != 1 or (fact := held[0]).value.tensor is None:
        return None
    number, end = fact.location.range.end.line - part.first, fact.location.range.end.column
    line = part.source.line(number)
    if fact.role == "parameter":
        found = Position(number, end), _annotation(part.source.text, fact.value.tensor)
    else:
        found = Position(number, len(line.rstrip())), f"  # {show.tensor_text(fact.value.tensor)}"
    at, text = found
    if not text or "#" in line[end:] or "?" in text or "…" in text:
        return None
    offset = part.source.offset(at)
    before, after = part.source.text, part.source.text[:offset] + text + part.source.text[offset:]
    return found if _is_as_valid(before, after, is_comment=fact.role != "parameter") else None


def _is_as_valid(before: str, after: str, *, is_comment: bool) -> bool:
    """Whether no statement is broken by an insertion, and a comment changes nothing at all."""
    one, other = parseable(before), parseable(after)
    if one.broken != other.broken and len(one.broken) <= len(other.broken):
        return False
    return not is_comment or ast.dump(ast.parse(one.text)) == ast.dump(ast.parse(other.text))


def _annotation(text: str, tensor: wire.TensorFact) -> str:
    """`: Float[Tensor, "B 3 32 32"]` where the file has these names already."""
    dims = show.dims(tensor)
    kind = next(name for prefix, name in _JAXTYPING if (tensor.dtype or "").startswith(prefix))
    tensor_name = next((n for n in ("Tensor", "torch.Tensor") if re.search(rf"\b{re.escape(n)}\b", text)), "")
    if dims is None or not tensor_name or not re.search(rf"from jaxtyping import [^\n]*\b{kind}\b", text):
        return ""
    if not all(_DIM.fullmatch(dim) for dim in dims):
        return ""
    return f': {kind}[{tensor_name}, "{" ".join(dims)}"]'


def _layer(window: Window, program: Program, fact: ShapeFact) -> wire.ModuleFact | None:
    """The first layer that is called in the same statement: behind the target, or within what is returned."""
    here = fact.location.range
    begin = here.start if fact.role == "return" else here.end
    near = window.facts(program.path, here.start.line, here.end.line)
    layers = [f for f in near if f.value.module is not None and f.location.range.start >= begin]
    layers = [f for f in layers if _is_called(program.source, f)]
    return min(layers, key=lambda f: f.location.range.start).value.module if layers else None


def _is_called(source: SourceText, fact: ShapeFact) -> bool:
    end = fact.location.range.end
    return source.line(end.line)[end.column :].lstrip().startswith("(")


def _location(window: Window, span: wire.Span | None) -> Location | None:
    for result in window.session.results if span else ():
        found = result.fact_sources.location(span) if span and span.path in tuple(result.fact_sources) else None
        if found is not None:
            return _now(window, _last_name(found, result.fact_sources.text(found)))
    return None


def _last_name(location: Location, text: str) -> Location:
    """The `conv` of `self.conv`: editors show beside a hint what a hover says at the start of this place."""
    dotted = re.fullmatch(r"[\w.]+\.(\w+)", text)
    if dotted is None:
        return location
    start, end = location.range.start, location.range.end
    return Location(location.path, Range(Position(start.line, start.column + dotted.start(1)), end), location.cell)


def _now(window: Window, location: Location) -> Location | None:
    """A place of the text that ran, in the text of now."""
    for result in window.session.results:
        if location.path in tuple(result.fact_sources):
            table = mapping(result.fact_sources, location.path, window.session.current)
            return table.location(location) if table else location
    return None
