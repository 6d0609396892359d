"""YAML as configuration files use it: block and flow collections, scalars by the rules of YAML 1.1 as PyYAML resolves
them, block strings, anchors and merges. Tags and keys that are collections are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)$")
_OTHER_INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+)$")
_FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?)$")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null"), None),
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
    **dict.fromkeys((".inf", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\[\]{},#&*!|>'"%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)""")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/"}


class Unreadable(Exception):
    """The text uses what is not read here, or is no YAML."""


@dataclass(frozen=True)
class Line:
    """A line that is not empty: its indentation, and its text without it and without a comment."""

    number: int
    indent: int
    text: str


def documents(text: str) -> list[Any]:
    """The values of all documents of a text. Raises Unreadable."""
    parts = re.split(r"^---(?:[ \t].*)?$", text, flags=re.MULTILINE)
    bodies = [part for part in parts if _lines(part)] or [""]
    return [_Reader(body).document() for body in bodies]


def scalar(text: str) -> Any:
    """A plain or quoted scalar as PyYAML resolves it: `1e-3` is text, `1.0e-3` a number."""
    text = text.strip()
    if text[:1] == '"' and text[-1:] == '"' and len(text) > 1:
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1])
    if text[:1] == "'" and text[-1:] == "'" and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
        return _WORDS[text.lower()]
    plain = text.replace("_", "")
    if _INT.match(text):
        return int(plain)
    if _OTHER_INT.match(text):
        return int(plain, 0) if "x" in plain or "b" in plain else int(plain, 8)
    if _FLOAT.match(text):
        return float(plain)
    if text[:1] in "!%@`":
        raise Unreadable(text)
    return text


def _lines(text: str) -> list[Line]:
    found: list[Line] = []
    for number, raw in enumerate(text.splitlines()):
        stripped = _without_comment(raw.expandtabs(8)).rstrip()
        if stripped.strip() and not stripped.startswith(("%", "...")):
            found.append(Line(number, len(stripped) - len(stripped.lstrip()), stripped.strip()))
    return found


def _without_comment(line: str) -> str:
    quote = ""
    for i, c in enumerate(line):
        if quote:
            quote = "" if c == quote and not (quote == '"' and line[i - 1] == "\\") else quote
        elif c in "'\"" and (i == 0 or line[i - 1] in " [{,:-"):
            quote = c
        elif c == "#" and (i == 0 or line[i - 1] in " \t"):
            return line[:i]
    return line


class _Reader:
    def __init__(self, text: str) -> None:
        self.raw = text.splitlines()
        self.lines = _lines(text)
        self.at = 0
        self.anchors: dict[str, Any] = {}

    def document(self) -> Any:
        value = self._block(-1)
        if self.at < len(self.lines):
            raise Unreadable(self.lines[self.at].text)
        return value

    def _block(self, outer: int) -> Any:
        """The collection or scalar that is indented more than `outer`."""
        if self.at >= len(self.lines) or self.lines[self.at].indent <= outer:
            return None
        line = self.lines[self.at]
        if line.text == "-" or line.text.startswith("- "):
            return self._sequence(line.indent)
        if _KEY.match(line.text):
            return self._mapping(line.indent)
        self.at += 1
        return self._value(line.text, line.indent - 1)

    def _sequence(self, indent: int) -> list[Any]:
        items: list[Any] = []
        while self.at < len(self.lines) and self.lines[self.at].indent == indent:
            line = self.lines[self.at]
            if line.text != "-" and not line.text.startswith("- "):
                break
            rest = line.text[1:].lstrip()
            inner = indent + len(line.text) - len(rest)
            if rest and (_KEY.match(rest) or rest.startswith("- ")):
                self.lines[self.at] = Line(line.number, inner, rest)
                items.append(self._block(indent))
            else:
                self.at += 1
                items.append(self._value(rest, indent))
        return items

    def _mapping(self, indent: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        while self.at < len(self.lines) and self.lines[self.at].indent == indent:
            line = self.lines[self.at]
            match = _KEY.match(line.text)
            if match is None:
                raise Unreadable(line.text)
            self.at += 1
            rest = line.text[match.end() :].strip()
            key = scalar(match[1])
            # The items of a sequence may stand as far left as its key.
            at_key = not rest and self.at < len(self.lines) and self.lines[self.at].text.startswith("-")
            value = self._value(rest, indent - 1 if at_key and self.lines[self.at].indent == indent else indent)
            if key == "<<":
                for part in value if isinstance(value, list) else [value]:
                    merged = {**part, **merged}
            else:
                found[key] = value
        return {**merged, **found}

    def _value(self, text: str, outer: int) -> Any:
        """What stands behind a key or a dash: `text` on its line, or the lines below."""
        if text.startswith("&"):
            name, _, rest = text[1:].partition(" ")
            self.anchors[name] = self._value(rest.strip(), outer)
            return self.anchors[name]
        if text.startswith("*"):
            if text[1:] not in self.anchors:
                raise Unreadable(text)
            return self.anchors[text[1:]]
        if not text:
            return self._block(outer)
        if text[0] in "|>":
            return self._text_block(text, outer)
        if text[0] in "[{":
            while text.count("[") + text.count("{") > text.count("]") + text.count("}") and self.at < len(self.lines):
                text += " " + self._next().text
            value, end = _flow(text, 0, self.anchors)
            if text[end:].strip():
                raise Unreadable(text)
            return value
        while self.at < len(self.lines) and self.lines[self.at].indent > max(outer, 0) and text[0] not in "'\"":
            if _KEY.match(self.lines[self.at].text):
                raise Unreadable(text)
            text += " " + self._next().text  # a plain scalar may go on below
        return scalar(text)

    def _next(self) -> Line:
        self.at += 1
        return self.lines[self.at - 1]

    def _text_block(self, header: str, outer: int) -> str:
        first = self.lines[self.at - 1].number + 1
        last = first
        while last < len(self.raw) and (not self.raw[last].strip() or _indent(self.raw[last]) > max(outer, 0)):
            last += 1
        while self.at < len(self.lines) and self.lines[self.at].number < last:
            self.at += 1
        body = self.raw[first:last]
        margin = min((_indent(line) for line in body if line.strip()), default=0)
        parts = [line[margin:].rstrip() for line in body]
        text = "\n".join(parts) if header[0] == "|" else " ".join(parts)
        return text.rstrip("\n ") + ("" if "-" in header else "\n")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _flow(text: str, at: int, anchors: dict[str, Any]) -> tuple[Any, int]:
    """A flow collection or scalar from `at` on, and where it ends."""
    at = _skip(text, at)
    if at < len(text) and text[at] in "[{":
        return _flow_collection(text, at, anchors)
    match = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^,\[\]{}:]|:(?=\S))*)""").match(text, at)
    assert match is not None
    word = match[1].strip()
    if word.startswith("*"):
        if word[1:] not in anchors:
            raise Unreadable(word)
        return anchors[word[1:]], match.end()
    return scalar(word), match.end()


def _flow_collection(text: str, at: int, anchors: dict[str, Any]) -> tuple[Any, int]:
    closing = {"[": "]", "{": "}"}[text[at]]
    items: list[Any] = []
    pairs: dict[Any, Any] = {}
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != closing:
        value, at = _flow(text, at, anchors)
        at = _skip(text, at)
        if closing == "}":
            held = None
            if text[at : at + 1] == ":":
                held, at = _flow(text, at + 1, anchors)
                at = _skip(text, at)
            pairs[value] = held
        else:
            items.append(value)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != closing:
            raise Unreadable(text)
    if at >= len(text):
        raise Unreadable(text)
    return (items if closing == "]" else pairs), at + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at
