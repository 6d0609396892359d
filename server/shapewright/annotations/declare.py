"""From what a text says (`grammar.Parse`) to what is declared (`wire.Declared`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from shapewright import wire
from shapewright.annotations.dims import Shape
from shapewright.annotations.docsections import Entry
from shapewright.annotations.grammar import Parse, parse
from shapewright.annotations.scope import File

_RESULT = re.compile(r"[;,.]\s+(?:it\s+)?(?:returns?|returning|gives|yields)\b", re.IGNORECASE)


def declared(
    name: str, said: Parse, source: str, span: wire.Span | None, *, result: bool = False
) -> wire.Declared | None:
    """None where the text says nothing. Of a transition an argument is the first stage, a result the last."""
    match said.kind:
        case "shape" | "transition" | "none":
            shapes = shapes_of(said, result=result)
            if not shapes and said.dtype is None:
                return None
            return wire.Declared(name, "tensor", shapes, said.dtype, said.optional, source=source, span=span)
        case "list" | "tuple":
            items = tuple(item for _, inner in said.items if (item := declared("", inner, source, span)))
            return wire.Declared(name, said.kind, optional=said.optional, items=items, source=source, span=span)
        case "dict":
            return _dict(name, said, source, span)
        case "list[dict]":
            item = _dict("", said, source, span)
            return wire.Declared(name, "list", optional=said.optional, items=(item,), source=source, span=span)


def _dict(name: str, said: Parse, source: str, span: wire.Span | None) -> wire.Declared:
    found = [(key, item) for key, inner in said.items if (item := declared(key, inner, source, span))]
    keys, items = tuple(key for key, _ in found), tuple(item for _, item in found)
    return wire.Declared(name, "dict", optional=said.optional, items=items, keys=keys, source=source, span=span)


def shapes_of(said: Parse, *, result: bool = False) -> tuple[Shape, ...]:
    """The alternatives of a shape, or of a transition's end that concerns us."""
    if said.kind == "transition":
        return said.stages[-1 if result else 0]
    return said.alternatives


def of_entry(
    file: File, text: str, offset: int, entry: Entry, name: str, source: str, *, result: bool = False
) -> wire.Declared | None:
    """What an entry of a docstring says; `text` is the docstring's and `offset` its place in the file."""
    pieces = [(start, _without_result(text, start, end, result)) for start, end in entry.pieces]
    said = [(parse(text[start:end]), offset + start, offset + end) for start, end in pieces]
    best = next((s for s in said if s[0].kind != "none"), None) or next((s for s in said if s[0].dtype), None)
    if best is None:
        return None
    found, start, end = best
    span = file.span(start + found.start, start + found.end) if found.end else file.span(start, end)
    answer = declared(name, found, source, span, result=result)
    if answer is None or answer.kind != "tensor":
        return answer
    dtype = answer.dtype or next((s[0].dtype for s in said if s[0].dtype), None)
    if dtype == "uint8" and "mask" in name.lower() and any("ByteTensor" in text[a:b] for a, b in entry.pieces):
        dtype = "bool"  # what a mask was before there was a dtype for it
    optional = answer.optional or any(s[0].optional for s in said)
    return wire.Declared(name, "tensor", answer.alternatives, dtype, optional, source=source, span=answer.span)


def _without_result(text: str, start: int, end: int, result: bool) -> int:
    """Where a piece about an argument ends: in front of `; returns (B, 3, 3)`, which speaks of something else."""
    behind = None if result else _RESULT.search(text, start, end)
    return behind.start() if behind is not None else end


def is_shape(declared: wire.Declared) -> bool:
    """Whether more than a dtype is known."""
    return bool(declared.alternatives or declared.items or declared.literal is not None)


def unique(found: Iterable[wire.Declared]) -> tuple[wire.Declared, ...]:
    """The first of each name that says a shape, else the first that says anything."""
    kept: dict[str, wire.Declared] = {}
    for item in found:
        before = kept.get(item.name)
        if before is None:
            kept[item.name] = item
        elif is_shape(item) and not is_shape(before):
            kept[item.name] = replace(item, dtype=item.dtype or before.dtype)
        elif before.kind == "tensor" and before.dtype is None:
            # `:type x: torch.LongTensor` beside `:param x:`.
            kept[item.name] = replace(before, dtype=item.dtype)
    return tuple(kept.values())
