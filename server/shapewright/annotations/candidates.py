"""Finds what could be a shape in running text, with what the text around it says.

Works on text that `tex.plain` made; offsets are those of the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from shapewright.annotations import dims, plausible
from shapewright.annotations.dtypes import TENSOR_WORDS, short_dtype

Word = Literal["", "size", "shape"]


@dataclass(frozen=True)
class Candidate:
    """A shape in a text. `word`: whether "shape" or "size" introduces it. `dtype` is that of `float32[B, 3]`."""

    start: int
    end: int
    shape: dims.Shape
    word: Word = ""
    dtype: str | None = None


_DEEPEST = 8
_OPEN = re.compile(r"[(\[]")
_CLOSES = {"(": ")", "[": "]"}
_BEFORE_BRACKET = re.compile(r"[\w.]+$|\^\s*$")
_EXPONENT = re.compile(r"\b([RZNC]|mathbb\w*)\s*\^\s*$|\}\s*\^\s*$")
_INTRODUCED = re.compile(
    r"""(?<![-\w])(?:(?P<shape>shapes?|shaped|dims?|dimensions?|dimensionality|layout)|(?P<size>sizes?|sized))\b
    (?:[\s:=*_,"'-]
    |\b(?:of|is|are|being|as|the|an?|be|should|must|has|have|to|in|form|format|usually|either|like|at|least|expected)\b
    |\b(?:and|or|tensors?|with)\b){0,12}$""",
    re.VERBOSE | re.IGNORECASE,
)
_TOKEN = (
    r"(?:\([^()\n]{1,40}\)|\|\s*\w+\s*\||\.\.\.|\*|-1\b|\d+\b(?!\.\d)|[^\W\d][\w.]*'?)"
    r"(?:[*/+]\w+|-(?!dim|by|wise|d\b)\w+|[*/+-]\([^()\n]{1,30}\))*"
)
_JOINED = re.compile(rf"(?<![\w.*/+-])(?:{_TOKEN})(?:(?:\s+[xX]\s+|\s*[×✕]\s*)(?:{_TOKEN}))+(?![\w(])")
_COMPACT = re.compile(
    r"(?<![\w.])(?:(?:[A-Z][A-Z0-9_]*|\d+|-1)(?:x(?:[A-Z][A-Z0-9_]*|\d+|-1))+|[a-z\d](?:x[a-z\d]){2,})(?![\w])"
)
_SPACED = re.compile(
    r"(?:(?<=[:=#>\-\"'`])|^|(?<=shape)|(?<=shape of))\s*(?P<dims>(?:[^\W\d_]|\d+|\.\.\.)(?: (?:[^\W\d_]|\d+)){2,})"
    r"(?=\s*(?:$|[\n,.;:)\]#\"'`]|->|→|=>|-\s))"
)
_LOOSE = re.compile(r"\b(?:usually|typically|generally|often)\s+(?:follows?|uses?)\b[^.()\[\]]{0,30}$", re.IGNORECASE)
_TUPLE_AFTER = re.compile(r"[\s`\"']*(?:tuples?|pairs?|coordinates?)\b", re.IGNORECASE)
_MATRIX = re.compile(r"[\s`\"']*-?\s*(?:matrix|matrices|tensors?|arrays?|dim\b|dimensional)", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:-+>|→|=>)")
_ARROW_BEFORE = re.compile(r"(?:-+>|→|=>)\s*$")
_TRIVIAL = re.compile(r"[\s\-*#:=.,;`\"']*(?:\([\w.\[\] ,]*\)|[\w.]*Tensor)?[\s\-*#:=.,;`\"']*")


def find(text: str) -> list[Candidate]:
    """Every shape in a plain text, in order, none inside another."""
    found: list[Candidate] = []
    taken: list[tuple[int, int]] = []
    if " x " in text or "×" in text or " X " in text or "✕" in text:
        for match in _JOINED.finditer(text):
            _joined(text, match, found, taken)
    i = 0
    while match := _OPEN.search(text, i):
        i = match.end()
        if any(start <= match.start() < end for start, end in taken):
            continue
        end = _closing(text, match.start())
        if end is None:
            continue
        skip = _bracket(text, match.start(), end, found)
        if skip:
            taken.append((match.start(), end))
            i = end
    for pattern in (_COMPACT, _SPACED):
        for match in pattern.finditer(text):
            start, end = match.span("dims") if "dims" in pattern.groupindex else match.span()
            if not any(a < end and start < b for a, b in taken):
                _bare(text, start, end, found, taken)
    # `for images this usually follows the (B, C, H, W) layout` is said of others too
    return sorted((c for c in found if not _LOOSE.search(text[: c.start])), key=lambda c: c.start)


def at(text: str, start: int) -> Candidate | None:
    """The shape in brackets at an offset, where what stands before already says that it is one."""
    if text[start : start + 1] not in ("(", "["):
        return None
    end = _closing(text, start)
    shape = dims.many(text[start + 1 : end - 1]) if end else None
    return Candidate(start, end, shape) if end and shape is not None else None


def _joined(text: str, match: re.Match[str], found: list[Candidate], taken: list[tuple[int, int]]) -> None:
    """`B x T x C`. In brackets of its own the brackets belong to it, and their rule decides."""
    start, end = match.span()
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before[-1:] in ("(", "[", ",") and after[:1] in (")", "]", ","):
        return
    _bare(text, start, end, found, taken)


def _bare(text: str, start: int, end: int, found: list[Candidate], taken: list[tuple[int, int]]) -> None:
    shape = dims.many(text[start:end])
    if shape is None or len(shape) < 2:
        return
    word = _introduced(text, start)
    if not word:
        edge = _at_edge(text, start, end)
        if not plausible.bare(shape, edge=edge) and not (len(shape) == 2 and _MATRIX.match(text, end)):
            return
        if all(dim.kind == "int" for dim in shape) and len(shape) < 3:
            return
    found.append(Candidate(start, end, shape, word))
    taken.append((start, end))


def _bracket(text: str, start: int, end: int, found: list[Candidate]) -> bool:
    """Looks at the brackets from `start` to `end`; whether what is inside needs no look of its own."""
    before = text[max(0, start - 80) : start]
    content = text[start + 1 : end - 1]
    tensor = called = False
    dtype = None
    if match := _BEFORE_BRACKET.search(before):
        if "^" in match[0]:
            if not _EXPONENT.search(before):
                return True
            tensor = True
        else:
            word = match[0].split(".")[-1]
            dtype = TENSOR_WORDS.get(word) or (short_dtype(word) if text[start] == "[" else None)
            called = text[start] == "(" and word in TENSOR_WORDS
            tensor = word in TENSOR_WORDS or dtype is not None or word in ("shape", "size", "Size", "Shape")
            if not tensor:
                # A call or an index. Containers hold shapes of their own.
                return word.lower() not in ("tuple", "list", "optional", "union", "dict", "sequence", "iterable")
    elif before[-1:] in (")", "]"):
        return True
    shape = dims.many(content)
    if shape is None:
        return False
    if not shape and not tensor and not _introduced(text, start):
        return True
    word = "shape" if tensor and not called else _introduced(text, start)
    if word != "shape" and _TUPLE_AFTER.match(text, end):
        return True
    if not word:
        joined = "," not in content
        if not plausible.in_brackets(
            shape, before, edge=called or _at_edge(text, start, end), joined=joined and len(shape) > 1
        ):
            return len(shape) > 1 or not any(c in content for c in "([")
    found.append(Candidate(start - (len(match[0]) if match and dtype else 0), end, shape, word, dtype))
    return True


def _introduced(text: str, start: int) -> Word:
    before = text[max(0, start - 60) : start]
    match = _INTRODUCED.search(before)
    if match is None:
        return ""
    return "shape" if match["shape"] else "size"


def _at_edge(text: str, start: int, end: int) -> bool:
    """Whether nothing but a type stands before the shape, nothing behind it in its sentence, or an arrow beside it."""
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    if _ARROW.match(after) or _ARROW_BEFORE.search(before):
        return True
    if start <= 60 and _TRIVIAL.fullmatch(before):
        return True
    if before.rstrip()[-1:] in (":", "-", "="):
        return True
    rest = after.lstrip(" `\"'")
    return not rest.strip(" .,;)`\"'\n") or rest[:1] in (".", ";", "\n")


def _closing(text: str, start: int) -> int | None:
    """Behind the bracket that closes the one at `start`; None where they do not match up (`[0, 1)`)."""
    stack: list[str] = []
    for i in range(start, min(len(text), start + 400)):
        c = text[i]
        if c in "([":
            stack.append(_CLOSES[c])
            if len(stack) > _DEEPEST:
                return None
        elif c in ")]":
            if stack.pop() != c:
                return None
            if not stack:
                return i + 1
    return None
