"""The docstring of `forward` or of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from shapewright import wire
from shapewright.annotations import declare, docsections
from shapewright.annotations.docsections import Entry
from shapewright.annotations.grammar import parse
from shapewright.annotations.readers.body_comment import named_entries
from shapewright.annotations.scope import Comment, Docstring, Reading, Scope

SOURCE = "docstring"

_INPUT = re.compile(r"(?:inputs?|x_?in|in)_?(\d?)", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|when|unless|otherwise|depending|either|optionally)\b", re.IGNORECASE)
_RESULT = re.compile(r"(?:outputs?|returns?|results?|y_?out|out)_?(\d?)", re.IGNORECASE)


def read(scope: Scope) -> Reading:
    """The entries that name an argument, those of the results, and a `Shape:` section."""
    text = scope.file.docstring(scope.node)
    return of_docstring(scope, text, SOURCE, taken=()) if text else Reading()


def of_docstring(scope: Scope, text: Docstring, source: str, taken: tuple[str, ...]) -> Reading:
    """`taken` are names that mean something else here, such as the constructor's arguments in a class docstring."""
    entries = docsections.entries(text.text, scope.names)
    inputs: list[wire.Declared] = []
    results: dict[str, list[wire.Declared]] = {"returns": [], "shape": [], "params": []}
    beside: list[wire.Declared] = []
    for entry in entries:
        beside.extend(found for found in _beside(scope, text, entry, source) if found.name not in taken)
        for name, result in _meanings(scope, entry, taken):
            found = declare.of_entry(scope.file, text.text, text.offset, entry, name, source, result=result)
            if result:
                # A result that says nothing keeps its place among those of a tuple.
                if found is None or _is_conditional(scope, text, entry, found):
                    where = scope.file.span(text.offset + entry.pieces[0][0], text.offset + entry.pieces[-1][1])
                    found = wire.Declared(name, source=source, span=where)
                results[entry.section].append(found)
            elif found is not None:
                inputs.append(found)
                results["params"].extend(_other_end(found, scope, text, entry, source))
    returns = next((r for r in results.values() if any(map(declare.is_shape, r))), list[wire.Declared]())
    if not inputs and scope.only and not taken:
        inputs, other_ends = _summary(scope, text, entries, source)
        returns = returns or other_ends
    return Reading(declare.unique([*inputs, *beside]), tuple(returns))


def _beside(scope: Scope, text: Docstring, entry: Entry, source: str) -> list[wire.Declared]:
    """The others in `Input: q: (B, T, D), k: (B, S, D)`, where an entry of their own says nothing of them."""
    if entry.section != "params" or not entry.names or len(scope.tensors) < 2:
        return []
    start, end = entry.pieces[0]
    line = text.text[start:end].split("\n")[0]
    comment = Comment(0, text.offset + start, text.offset + start + len(line), line, alone=True)
    found = [replace(found, source=source) for found in named_entries(scope, comment)]
    return [one for one in found if one.name not in entry.names]


def _meanings(scope: Scope, entry: Entry, taken: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Which argument, or which result, an entry is about."""
    if entry.section == "returns":
        yield (entry.names[0] if len(entry.names) == 1 else ""), True
        return
    if entry.section not in ("params", "shape"):
        return
    for name in entry.names:
        if name in scope.names and name not in taken:
            yield name, False
        elif match := _INPUT.fullmatch(name):
            index = int(match[1] or 1) - 1
            if (
                entry.section == "shape"
                and len(entry.names) == 1
                and index < len(scope.tensors)
                and match[0] not in scope.names
            ):
                yield scope.tensors[max(index, 0)], False
        elif entry.section == "shape" and len(entry.names) == 1:
            if _RESULT.fullmatch(name):
                yield "", True
            elif name.lower() in (lowered := {n.lower(): n for n in scope.names if n not in taken}):
                yield lowered[name.lower()], False


def _is_conditional(scope: Scope, text: Docstring, entry: Entry, found: wire.Declared) -> bool:
    """Whether a result's shape holds only sometimes: then it claims nothing."""
    end = entry.pieces[-1][1]
    if found.span is not None:
        end = min(end, scope.file.offset(found.span.end_line, found.span.end_column) - text.offset + 80)
    return any(_CONDITION.search(text.text[start : max(end, start)]) for start, _ in entry.pieces)


def _other_end(
    found: wire.Declared, scope: Scope, text: Docstring, entry: Entry, source: str
) -> Iterator[wire.Declared]:
    """`x: (B, C) -> (B, D)` says of the result too, where `x` is the only argument."""
    if found.name != scope.only:
        return
    for start, end in entry.pieces:
        if parse(text.text[start:end]).kind == "transition":
            result = declare.of_entry(scope.file, text.text, text.offset, entry, "", source, result=True)
            if result is not None:
                yield result


def _summary(
    scope: Scope, text: Docstring, entries: tuple[Entry, ...], source: str
) -> tuple[list[wire.Declared], list[wire.Declared]]:
    """A sentence such as "(B, C) -> (B, D)" where there is one argument that it can mean."""
    for entry in entries:
        if entry.section not in ("free", "shape") or (entry.section == "shape" and entry.names):
            continue
        (start, end) = entry.pieces[0]
        if parse(text.text[start:end]).kind != "transition":
            continue
        given = declare.of_entry(scope.file, text.text, text.offset, entry, scope.only or "", source)
        result = declare.of_entry(scope.file, text.text, text.offset, entry, "", source, result=True)
        return [given] if given else [], [result] if result else []
    return [], []
