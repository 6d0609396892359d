"""Examples in a docstring, behind `>>>` or in a block of code: what they call the model or the function with."""

from __future__ import annotations

import ast
import re

from shapewright import wire
from shapewright.annotations.callsites import Call, Walker
from shapewright.annotations.readers.calls import inputs_of
from shapewright.annotations.scope import Docstring, Reading, Scope
from shapewright.annotations.tensors import Made

SOURCE = "doctest"

_BLOCK = re.compile(
    r"^[ \t]*```(?:python|py|pycon)?[ \t]*\r?\n(?P<fenced>.*?)^[ \t]*```|"
    r"^(?P<indent>[ \t]*)[^\r\n]*::[ \t]*\r?\n(?P<indented>(?:[ \t]*\r?\n|(?P=indent)[ \t]+[^\r\n]*(?:\r?\n|\Z))+)",
    re.MULTILINE | re.DOTALL,
)
_LINE = re.compile(r"^[ \t]*(?P<prompt>>>>|\.\.\.)[ \t]?(?P<code>[^\r\n]*)", re.MULTILINE)


def read(scope: Scope) -> Reading:
    """The first example that calls it, in its own or its class's docstring; else tensors named like an argument."""
    texts = [scope.file.docstring(scope.node), scope.file.docstring(scope.owner) if scope.owner else None]
    for text in texts:
        if (
            text is not None
            and (">>>" in text.text or "::" in text.text or "```" in text.text)
            and (found := _read(scope, text))
        ):
            return Reading(found)
    return Reading()


def _read(scope: Scope, text: Docstring) -> tuple[wire.Declared, ...]:
    name = scope.name.rsplit(".", 1)[-1]
    walker = Walker([name] if scope.owner else [], [] if scope.owner else [name])
    places: dict[str, int] = {}
    for code, offset in examples(text):
        try:
            body = ast.parse(code).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        before = set(walker.known)
        for call in walker.walk(body):
            if call.target == name:
                return inputs_of(scope, call, SOURCE, _span(scope, offset, code, call))
        places.update((new, offset) for new in set(walker.known) - before)
    return _like_named(scope, walker, places)


def _span(scope: Scope, offset: int, code: str, call: Call) -> wire.Span:
    del call
    return scope.file.span(offset, offset + len(code.split("\n")[0]))


def _like_named(scope: Scope, walker: Walker, places: dict[str, int]) -> tuple[wire.Declared, ...]:
    """`>>> input = torch.randn(2, 3)` means the argument of that name, whoever is called with it."""
    found: list[wire.Declared] = []
    for name in scope.names:
        tensor = walker.known.get(name)
        if isinstance(tensor, Made):
            offset = places.get(name, 0)
            end = scope.file.source.text.find("\n", offset)
            span = scope.file.span(offset, end if end >= 0 else offset)
            found.append(wire.Declared(name, "tensor", (tensor.shape,), tensor.dtype, source=SOURCE, span=span))
    return tuple(found)


def examples(text: Docstring) -> list[tuple[str, int]]:
    """The statements behind `>>>`, continuation lines joined, each with its offset in the file; without any, those of
    the blocks of code."""
    found: list[tuple[str, int]] = []
    if ">>>" not in text.text:
        for block in _BLOCK.finditer(text.text):
            group = "indented" if block["fenced"] is None else "fenced"
            found.extend((code, text.offset + block.start(group) + at) for code, at in _statements(block[group]))
        return found
    for match in _LINE.finditer(text.text):
        if match["prompt"] == ">>>":
            found.append((match["code"], text.offset + match.start("code")))
        elif found:
            code, offset = found[-1]
            found[-1] = (f"{code}\n{match['code']}", offset)
    return found


def _statements(block: str) -> list[tuple[str, int]]:
    """The statements of a block, each with its offset in it; none where it is no Python."""
    lines = block.splitlines(keepends=True)
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    bare = [line[indent:] if line.strip() else "\n" for line in lines]
    try:
        body = ast.parse("".join(bare)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return [("".join(bare[s.lineno - 1 : s.end_lineno]), starts[s.lineno - 1] + indent) for s in body]
