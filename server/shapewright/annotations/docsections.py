"""A docstring cut into entries that keep their place: Google, NumPy, Sphinx, Epytext, bullets, and no style at all.

docstring_parser knows most of these styles, but gives no positions and drops what it does not expect; findings must
point at the line.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import Literal

from shapewright.annotations.words import words

Section = Literal["params", "returns", "shape", "free", "other"]


@dataclass(frozen=True)
class Entry:
    """What a docstring says of something. `pieces` are (start, end) offsets into the docstring's text."""

    names: tuple[str, ...]
    pieces: tuple[tuple[int, int], ...]
    section: Section


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    column: int
    indent: int
    text: str
    """Without the indentation and the spaces at its end."""


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_PARAMS = words(
    """args arguments parameters params parameter arg param input inputs keyword_args keyword_arguments other_parameters
    kwargs forward_args forward_parameters forward_inputs required optional_args optional_arguments"""
)
_RETURNS = words("returns return outputs output yields yield result results")
_SHAPES = words("shape shapes tensor_shapes shape_info input_output_shapes dimensions")
_OTHERS = words(
    """raises example examples note notes attributes references see_also warning warnings todo usage reference
    variables methods members description summary math tip important details"""
)
_SECTIONS: dict[str, Section] = {
    **dict.fromkeys(_PARAMS, "params"),
    **dict.fromkeys(_RETURNS, "returns"),
    **dict.fromkeys(_SHAPES, "shape"),
    **dict.fromkeys(_OTHERS, "other"),
}
_HEADER = re.compile(
    r"(?:#{1,5}\s*|\*\*|[-*]\s+)?([A-Za-z][\w ]{1,28}?)\s*(?:\*\*)?\s*(:{1,2})(?:\*\*)?\s*(.*)", re.DOTALL
)
_RULE = re.compile(r"[-=~^]{3,}")
# The colon of a role (`:math:`) ends no name.
_COLON = r":(?!(?:math|attr|obj|class|func|ref|py|code|meth|paramref|mod|data|const|term|doc):)"
_NAME = r"\*{0,2}[^\W\d]\w*(?:\.\w+)?"
_NAMES = rf"{_NAME}(?:[`*\"']*\s*(?:,|/|&|\band\b)\s*[`*\"']*{_NAME})*"
_ENTRY = re.compile(
    rf"(?:[-*•+]\s+|\d+[.)]\s+)?[`*\"']*(?P<names>{_NAMES})[`*\"']*\s*(?P<mark>{_COLON}|\(|\[|=(?!=)|--?\s|—|–|->)"
)
_SAID = re.compile(rf"(?:[-*•+]\s+)[`*\"']+(?P<names>{_NAMES})[`*\"']+\s+(?P<mark>is|are|has|have|with|of)\b")
_NUMPY = re.compile(rf"(?P<names>{_NAMES})\s*(?P<mark>:|$|\()")
_FIELD = re.compile(
    r"[:@](?P<field>param|parameter|arg|argument|key|keyword|type|returns?|rtype|shape"
    r"|ivar|raises?|yields?|cvar|var|vartype|meta|see|note)(?P<what>\s[^:\n]*)?:"
)
_INLINE = re.compile(
    r"(?:[-*•+]\s+)?[*`]*(?P<names>inputs?|outputs?|returns?|result)[*`]*"
    rf"(?:\s+(?:shapes?|sizes?|dims?|tensors?))?[*`]*\s*(?P<mark>{_COLON}|=|->)\s*(?=\S)",
    re.IGNORECASE,
)
_NOT_NAMES = words("shape shapes size dtype type torch tensor tuple list dict none optional union float int bool")


@functools.lru_cache(maxsize=512)
def entries(text: str, names: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """The entries of a docstring. `names` are the arguments: a line that begins with one is an entry anywhere."""
    return tuple(_Reader(text, frozenset(names)).read())


class _Reader:
    def __init__(self, text: str, names: frozenset[str]):
        self.text = text
        self.names = names
        self.lines = _lines(text)
        self.found: list[Entry] = []

    def read(self) -> list[Entry]:
        i = 0
        while i < len(self.lines):
            i = max(self._step(i), i + 1)
        return self.found

    def _step(self, i: int) -> int:
        """Reads what begins on line `i`; the line behind it."""
        line = self.lines[i]
        if not line.text:
            return i + 1
        if line.text[0] in ":@" and (match := _FIELD.match(line.text)):
            return self._field(i, match)
        following = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if following is not None and _RULE.fullmatch(following.text) and (section := _section(line.text.rstrip(":"))):
            end = self._numpy_end(i + 2)
            self._block(section, i + 2, end, numpy=True)
            return end
        match = _HEADER.fullmatch(line.text)
        section = _section(match[1]) if match else None
        if match and section and match[1] not in self.names:
            rest = match[3]
            end = self._google_end(i)
            listed = end > i + 1 and all(re.fullmatch(r"[*`(]*\w+[*`)]*", part.strip()) for part in rest.split(","))
            if not rest or listed or (rest and section == "other"):
                self._block(section, i + 1, end, numpy=False)
                return end
            if section == "params" and (inner := _ENTRY.match(rest)):
                start = line.start + line.column + match.start(3) + inner.start("mark") + (inner["mark"] in ":=")
                self._add(split_names(inner["names"]), ((start, self.lines[end - 1].end),), section)
                return end
        return self._free(i)

    def _field(self, i: int, match: re.Match[str]) -> int:
        line = self.lines[i]
        end = i + 1
        while end < len(self.lines):
            text = self.lines[end].text
            if _FIELD.match(text) or (text and self.lines[end].indent < line.indent):
                break
            if not text and (end + 1 >= len(self.lines) or self.lines[end + 1].indent <= line.indent):
                break
            end += 1
        start = line.start + line.column
        piece = (start + match.end(), self.lines[end - 1].end)
        field, what = match["field"], (match["what"] or "").split()
        if field in ("param", "parameter", "arg", "argument", "key", "keyword") and what:
            # `:param torch.Tensor x:` has its type in front of the name.
            if len(what) > 1:
                self._add((what[-1],), ((start + match.start("what"), start + match.end("what")), piece), "params")
            else:
                self._add((what[-1],), (piece,), "params")
        elif field == "type" and what:
            self._add((what[-1],), (piece,), "params")
        elif field in ("return", "returns", "rtype"):
            self._returns(i, end, piece[0])
        elif field == "shape":
            self._add(tuple(what[-1:]), (piece,), "shape")
        return end

    def _block(self, section: Section, first: int, end: int, *, numpy: bool) -> None:
        while first < end and not self.lines[first].text:
            first += 1
        if first >= end or section == "other":
            return
        if section == "returns":
            self._returns(first, end, self.lines[first].start)
            return
        base = self.lines[first].indent
        starts: list[tuple[int, re.Match[str]]] = []
        for i in range(first, end):
            line = self.lines[i]
            if line.text and line.indent <= base + 1 and (match := self._begins(line.text, numpy, section)):
                starts.append((i, match))
        if not starts:
            self._add((), ((self.lines[first].start, self.lines[end - 1].end),), section)
        elif starts[0][0] > first:
            self._add((), ((self.lines[first].start, self.lines[starts[0][0] - 1].end),), section)
        for n, (i, match) in enumerate(starts):
            stop = starts[n + 1][0] if n + 1 < len(starts) else end
            self._entry(i, stop, match, section)

    def _begins(self, text: str, numpy: bool, section: Section) -> re.Match[str] | None:
        if numpy and section == "params":
            return _NUMPY.match(text) or _ENTRY.match(text)
        return _ENTRY.match(text) or _SAID.match(text) or (_INLINE.match(text) if section == "shape" else None)

    def _entry(self, i: int, stop: int, match: re.Match[str], section: Section) -> None:
        start = self.lines[i].start + self.lines[i].column + match.start("mark")
        if match["mark"] in (":", "="):
            start += 1
        self._add(split_names(match["names"]), ((start, self.lines[stop - 1].end),), section)

    def _returns(self, first: int, end: int, start: int) -> None:
        """One entry for each named result, or one for all."""
        last = self.lines[end - 1].end
        starts: list[tuple[int, re.Match[str]]] = []
        base = min((line.indent for line in self.lines[first + 1 : end] if line.text), default=0)
        inline = start > self.lines[first].start
        for i in range(first + inline, end):
            line = self.lines[i]
            match = _ENTRY.match(line.text)
            if (
                match
                and line.text
                and line.indent <= base + 1
                and match["names"].split(".")[0].lower() not in _NOT_NAMES
            ):
                starts.append((i, match))
        head = self.text[start : self.lines[starts[0][0]].start] if starts else ""
        if not starts or re.search(r"\b(?:dict|mapping|list)", head, re.IGNORECASE):
            self._add((), ((start, last),), "returns")
            return
        for n, (i, match) in enumerate(starts):
            self._entry(i, starts[n + 1][0] if n + 1 < len(starts) else end, match, "returns")

    def _free(self, i: int) -> int:
        """A line outside of any section: an entry where it begins with an argument's name, or with "Input:"."""
        line = self.lines[i]
        if line.text.startswith((">>>", "```", ".. ")) or line.text.endswith("::"):
            return self._code_end(i)
        match = _ENTRY.match(line.text) or _SAID.match(line.text)
        called = match and match["mark"] in "([" and line.text[match.start("mark") - 1].isalnum()
        if match and not called and all(name in self.names for name in split_names(match["names"])):
            section: Section = "params"
        else:
            match = _INLINE.match(line.text)
            section = "shape"
        if match is None:
            self._add((), ((line.start, line.end),), "free")
            return i + 1
        end = i + 1
        while end < len(self.lines) and self.lines[end].text and self.lines[end].indent > line.indent:
            end += 1
        self._entry(i, end, match, section)
        return end

    def _code_end(self, i: int) -> int:
        """Behind an example, whose lines are no entries."""
        text = self.lines[i].text
        if text.startswith(">>>"):
            return i + 1
        if text.startswith("```"):
            fences = (n for n in range(i + 1, len(self.lines)) if self.lines[n].text.startswith("```"))
            return next(fences, i) + 1
        return self._google_end(i)

    def _google_end(self, i: int) -> int:
        """Behind the block that belongs to the header on line `i`."""
        header = self.lines[i]
        end = i + 1
        while end < len(self.lines) and not self.lines[end].text:
            end += 1
        if end >= len(self.lines):
            return i + 1
        # Text at the header's own indent belongs to it only up to a blank line, and only right under it.
        level = self.lines[end].indent
        if level <= header.indent and not (level == header.indent and end == i + 1):
            return i + 1
        flat = level == header.indent
        while end < len(self.lines):
            line = self.lines[end]
            if not line.text:
                if flat:
                    break
            elif (
                (not flat and line.indent <= header.indent)
                or (flat and self._is_header(end))
                or line.indent < header.indent
            ):
                break
            end += 1
        while end > i + 1 and not self.lines[end - 1].text:
            end -= 1
        return end

    def _is_header(self, i: int) -> bool:
        text = self.lines[i].text
        match = _HEADER.fullmatch(text)
        return bool(_FIELD.match(text) or (match and _section(match[1]) and match[1] not in self.names))

    def _numpy_end(self, i: int) -> int:
        while i < len(self.lines):
            if i + 1 < len(self.lines) and _RULE.fullmatch(self.lines[i + 1].text) and self.lines[i].text:
                return i
            i += 1
        return i

    def _add(self, names: tuple[str, ...], pieces: tuple[tuple[int, int], ...], section: Section) -> None:
        self.found.append(Entry(names, pieces, section))


def split_names(text: str) -> tuple[str, ...]:
    """`q, k and v` as three names."""
    return tuple(re.findall(r"[^\W\d]\w*", re.sub(r"\band\b", ",", text)))


def _section(title: str) -> Section | None:
    return _SECTIONS.get(title.strip().lower().replace(" ", "_"))


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    for match in _LINE.finditer(text):
        raw = match[0].rstrip()
        if not match[0]:
            break
        stripped = raw.lstrip()
        column = len(raw) - len(stripped)
        found.append(_Line(match.start(), match.start() + len(raw), column, column, stripped))
    # The first line stands behind the quotes: it is indented as the text that follows it.
    rest = min((line.indent for line in found[1:] if line.text), default=0)
    if found:
        found[0] = replace(found[0], indent=rest)
    return found
