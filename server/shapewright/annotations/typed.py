"""The strict notation of the directive and of the command line: `float32[B, 3]`, `list[f32[N, C]]`, `{"x": f32[B]}`.

Also any Python literal. Unlike prose this has one meaning, and what is wrong with it can be said.
"""

from __future__ import annotations

import ast
import re

from shapewright import wire
from shapewright.annotations import dims, dtypes
from shapewright.annotations.declare import declared
from shapewright.annotations.grammar import parse

_TENSOR = re.compile(r"(?P<dtype>(?:torch\.)?[A-Za-z]\w*)?\s*(?P<open>[\[(])(?P<dims>.*)[\])]", re.DOTALL)
_GROUP = re.compile(r"(?P<kind>list|tuple|List|Tuple)\s*[\[(](?P<items>.*)[\])]", re.DOTALL)
_NAMED = re.compile(r"(?P<name>[^\W\d]\w*)\s*(?:=|:)(?!=)\s*(?P<type>.+)", re.DOTALL)

HOW = 'write a dtype and the sizes in brackets, as in "float32[2, 3, 32, 32]", "mask=bool[2, 32]" or "flag=True"'


def typed(name: str, text: str, source: str, span: wire.Span | None = None) -> wire.Declared:
    """A type in the strict notation. ValueError says what to write instead."""
    text = text.strip()
    if match := _GROUP.fullmatch(text):
        kind = "list" if match["kind"].lower() == "list" else "tuple"
        items = tuple(typed("", part, source, span) for part in dims.pieces(match["items"]) if part.strip())
        return wire.Declared(name, kind, items=items, source=source, span=span)
    if text.startswith("{") and text.endswith("}"):
        return _dict(name, text, source, span)
    if match := _TENSOR.fullmatch(text):
        found = _tensor(name, text, match, source, span)
        if found is not None:
            return found
    if _is_literal(text):
        return wire.Declared(name, "value", literal=text, source=source, span=span)
    if dtype := dtypes.short_dtype(text):
        return wire.Declared(name, "tensor", dtype=dtype, source=source, span=span)
    said = parse(text)
    found = declared(name, said, source, span) if said.kind in ("shape", "list") else None
    if found is None:
        raise ValueError(f"cannot read {text!r}: {HOW}")
    return found


def _tensor(name: str, text: str, match: re.Match[str], source: str, span: wire.Span | None) -> wire.Declared | None:
    word = match["dtype"]
    if word is None:
        # Without a dtype brackets may as well be Python: `[1, 2]` is a literal, `[B, 2]` a shape.
        if _is_literal(text):
            return None
        dtype = None
    else:
        bare = word.removeprefix("torch.")
        dtype = dtypes.short_dtype(word) or dtypes.TENSOR_WORDS.get(bare)
        if dtype is None and bare not in dtypes.TENSOR_WORDS:
            if match["open"] == "(":
                return None
            raise ValueError(f"{word!r} is no dtype: use one of torch's names, such as float32, int64 or bool")
    shape = dims.many(match["dims"])
    if shape is None:
        raise ValueError(
            f"{match['dims']!r} is no list of sizes: write ints or names with commas between, as in [B, 3, 32, 32]"
        )
    return wire.Declared(name, "tensor", (shape,), dtype, source=source, span=span)


def _dict(name: str, text: str, source: str, span: wire.Span | None) -> wire.Declared:
    keys: list[str] = []
    items: list[wire.Declared] = []
    for part in dims.pieces(text[1:-1]):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*[\"']?([^\"':]+)[\"']?\s*:\s*(.+?)\s*", part, re.DOTALL)
        if match is None:
            raise ValueError(f'cannot read {part.strip()!r}: write {{"key": float32[2, 3]}}')
        keys.append(match[1].strip())
        items.append(typed(match[1].strip(), match[2], source, span))
    return wire.Declared(name, "dict", items=tuple(items), keys=tuple(keys), source=source, span=span)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def parse_input(text: str) -> wire.Declared:
    """One `--input` of the command line: `float32[2,3,32,32]`, `name=float32[…]` or `name=<Python literal>`.

    A positional input has no name. ValueError says what to write instead.
    """
    text = text.strip()
    if not text:
        raise ValueError(f"an input is empty: {HOW}")
    if match := _NAMED.fullmatch(text):
        return typed(match["name"], match["type"], "directive")
    return typed("", text, "directive")
