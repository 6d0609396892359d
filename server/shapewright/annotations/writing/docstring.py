"""Shapes in a docstring: behind the names that it describes, else in sections of its own style."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapewright import wire
from shapewright.annotations import docsections
from shapewright.annotations.docsections import Entry
from shapewright.annotations.scope import Docstring, Scope
from shapewright.annotations.writing import words
from shapewright.annotations.writing.insert import Insert, Style, newline

_TYPE = re.compile(r"[ \t]*\((?:[^()\n]|\([^()\n]*\))*\)[ \t]*(?::(?!math|obj|class)[ \t]*)?")
_DASH = re.compile(r"[ \t]*(?:--?|—|–|->)?[ \t]*")
_RESULT_TYPE = re.compile(r"\s*[`*]*(?:torch\.)?[A-Za-z]\w*(?:\[[\w., \[\]]*\])?[`*]*[ \t]*:(?!math|obj|class)[ \t]*")
_RETURNS = re.compile(r"[ \t]*(?:#+[ \t]*|\*\*)?(?:Returns?|Outputs?|Yields?)\b", re.IGNORECASE)
_BULLET = re.compile(r"[ \t]*(?:[-*•+][ \t]+)?[`*]*")


def into(
    scope: Scope, doc: Docstring, inputs: Sequence[tuple[str, wire.Value]], outputs: Sequence[wire.Value], style: Style
) -> list[Insert]:
    """The inserts that put shapes into a docstring."""
    text, line = doc.text, newline(scope.file.source)
    entries = docsections.entries(text, scope.names)
    described = [e for e in entries if e.section == "params" and e.names]
    found: list[Insert] = []
    new: list[tuple[str, str]] = []
    for name, value in inputs:
        entry = next((e for e in described if e.names == (name,)), None)
        if entry is None:
            said = words.typed(value) if style == "numpy" else words.said(value)
            new.extend([(name, said)] if said else [])
        elif (insert := _behind(text, entry, value, style)) is not None:
            found.append(insert)
    returned = [e for e in entries if e.section == "returns"]
    results = [said for value in outputs if (said := words.said(value))]
    block: list[str] = []
    indent = _indent(scope)
    if new and described:
        found.append(_beside(text, described[-1], new, style, line))
    elif new:
        block += _params(style, new, indent)
    if returned and results:
        found.extend(_results(text, returned, outputs, style))
    elif results:
        block += ([""] if block and style != "sphinx" else []) + _returns(style, outputs, indent)
    if block:
        found.extend(_blocks(text, returned if new and not described else [], described, block, indent, style, line))
    return [Insert(doc.offset + i.start, doc.offset + i.end, i.text) for i in found]


def made(
    scope: Scope, inputs: Sequence[tuple[str, wire.Value]], outputs: Sequence[wire.Value], style: Style
) -> list[Insert]:
    """The insert that gives a function its first docstring; none where its body stands on the line of its header."""
    first = scope.node.body[0]
    source = scope.file.source
    if first.lineno == scope.node.lineno or source.line(first.lineno - 1)[: first.col_offset].strip():
        return []
    said = [(n, text) for n, v in inputs if (text := words.typed(v) if style == "numpy" else words.said(v))]
    indent = _indent(scope)
    rows = _params(style, said, indent) if said else []
    if outputs:
        rows += ([""] if rows and style != "sphinx" else []) + _returns(style, outputs, indent)
    if not rows:
        return []
    line = newline(source)
    body = line.join(['"""', *(row if not row else f"{indent}{row}" for row in rows), f'{indent}"""', ""])
    start = scope.file.offset(first.lineno, 0)
    decorated = getattr(first, "decorator_list", [])
    if decorated:
        start = scope.file.offset(decorated[0].lineno, 0)
    return [Insert(start, start, f"{indent}{body}")]


def _behind(text: str, entry: Entry, value: wire.Value, style: Style) -> Insert | None:
    start, end = entry.pieces[-1]
    first = text[start:end].split("\n")[0].rstrip("\r")
    if style == "numpy" and not _BULLET.match(text, _line_start(text, start))[0].strip():  # type: ignore[index]  # it matches the empty text
        return _in_type(text, start, first, value)
    said = words.said(value)
    match = _TYPE.match(first) or _DASH.match(first)
    if said is None or match is None:
        return None
    return _put(text, start + match.end(), first[match.end() :], said)


def _put(text: str, at: int, rest: str, said: str) -> Insert:
    space = "" if at == 0 or text[at - 1] in " \t\n" else " "
    joint = "" if not rest.strip() else ". " if rest[:1].isupper() else ", "
    return Insert(at, at, f"{space}{said}{joint}")


def _in_type(text: str, start: int, first: str, value: wire.Value) -> Insert | None:
    """Behind the type of `x : torch.Tensor, optional`."""
    said = words.typed(value)
    shape = words.written(value.tensor) if value.kind == "tensor" else None
    if said is None:
        return None
    if not first.strip():
        colon = text[:start].rstrip().endswith(":")
        space = "" if text[start - 1 : start] == " " else " "
        return Insert(start, start, f"{space}{said}" if colon else f"{space}: {said}")
    kind = re.match(r"[ \t]*[\w.`~:]+", first)
    if shape is None or kind is None:
        return None
    at = start + kind.end()
    return Insert(at, at, f" of shape {shape}{words.dtype_behind(value)}")


def _beside(text: str, last: Entry, new: Sequence[tuple[str, str]], style: Style, line: str) -> Insert:
    """Entries behind the last one, in its own form."""
    start = _line_start(text, last.pieces[0][0])
    for name in last.names:
        # The name may stand on a line before its text.
        start = min(start, _line_start(text, max(text.rfind(name, 0, last.pieces[0][0]), 0)))
    bullet = _BULLET.match(text, start)
    lead = bullet[0] if bullet else ""
    mark = lead[len(lead.rstrip("`*")) :] if lead.strip() else ""
    at = len(text[: last.pieces[-1][1]].rstrip())
    rows = [_entry(style, f"{name}{mark[::-1]}", said) for name, said in new]
    indent = lead if style != "sphinx" else lead.rstrip(":")
    return Insert(at, at, "".join(f"{line}{indent}{row}" for row in rows))


def _entry(style: Style, name: str, said: str) -> str:
    if style == "sphinx":
        return f":param {name}: {said}"
    return f"{name} : {said}" if style == "numpy" else f"{name}: {said}"


def _params(style: Style, new: Sequence[tuple[str, str]], indent: str) -> list[str]:
    rows = [_entry(style, name, said) for name, said in new]
    if style == "numpy":
        return ["Parameters", "----------", *rows]
    return rows if style == "sphinx" else ["Args:", *(f"    {row}" for row in rows)]


def _returns(style: Style, outputs: Sequence[wire.Value], indent: str) -> list[str]:
    value = outputs[0]
    said = (words.typed(value) if style == "numpy" else words.said(value)) or ""
    if style == "numpy":
        return ["Returns", "-------", said]
    return [f":return: {said}"] if style == "sphinx" else ["Returns:", f"    {said}"]


def _results(text: str, returned: Sequence[Entry], outputs: Sequence[wire.Value], style: Style) -> list[Insert]:
    """The result's shape where a docstring already speaks of it; of a tuple each member's own entry."""
    values = list(outputs)
    if len(returned) > 1 and len(outputs) == 1 and len(outputs[0].items) == len(returned):
        values = list(outputs[0].items)
    if len(values) != len(returned):
        return []
    found: list[Insert] = []
    for entry, value in zip(returned, values, strict=True):
        said = words.said(value)
        start, end = entry.pieces[-1]
        piece = text[start:end]
        if style == "numpy" and (insert := _in_type(text, start, piece.split("\n")[0], value)) is not None:
            found.append(insert)
            continue
        match = (_TYPE.match(piece) if entry.names else _RESULT_TYPE.match(piece)) or re.match(r"\s*", piece)
        if said and match is not None:
            found.append(_put(text, start + match.end(), piece[match.end() :].split("\n")[0], said))
    return found


def _blocks(
    text: str, returned: Sequence[Entry], described: Sequence[Entry], block: list[str], indent: str, style: Style,
    line: str,
) -> list[Insert]:  # fmt: skip
    """New sections: arguments before the results, results behind the arguments, else at the end."""
    rows = [f"{indent}{row}" if row else "" for row in block]
    if returned:
        header = _header(text, returned[0].pieces[0][0])
        if header is not None:
            gap = [] if style == "sphinx" else [""]
            return [Insert(header, header, line.join([*rows, *gap, ""]))]
    end = len(text.rstrip())
    gap = line if style == "sphinx" and described else f"{line}{line}"
    if described and described[-1].pieces[-1][1] <= end:
        at = len(text[: described[-1].pieces[-1][1]].rstrip())
        if at < end:
            return [Insert(at, at, gap + line.join(rows))]
    lead = gap if end else line
    closing = "" if "\n" in text[end:] else f"{line}{indent}"
    return [Insert(end, end, f"{lead}{line.join(rows)}{closing}")]


def _header(text: str, at: int) -> int | None:
    """The start of the line that opens the section of the results."""
    start = _line_start(text, at)
    while True:
        if _RETURNS.match(text, start) or re.match(r"[ \t]*[:@](?:returns?|rtype)\b", text[start : start + 40]):
            return start
        if start == 0:
            return None
        start = _line_start(text, start - 1)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _indent(scope: Scope) -> str:
    first = scope.node.body[0]
    return scope.file.source.line(first.lineno - 1)[: first.col_offset]
