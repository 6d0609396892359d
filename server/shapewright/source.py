"""Text of one file and every conversion between the ways of counting columns.

Four ways meet in this product: `ast` and the wire count UTF-8 bytes, editors UTF-16 units (or UTF-8 bytes where they
agreed on it), people and the command line code points from 1. Nothing else in the server may convert.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, order=True)
class Position:
    """A place between two characters: line from 0, column in code points from 0."""

    line: int
    column: int


@dataclass(frozen=True, order=True)
class Range:
    """From `start` to `end`, end exclusive."""

    start: Position
    end: Position

    def contains(self, position: Position) -> bool:
        """Whether `position` lies in the range, its end included (a cursor behind the last character)."""
        return self.start <= position <= self.end


@dataclass(frozen=True)
class SourceText:
    """The text of a file. Lines end at `\\n`, `\\r\\n` or `\\r`, as in LSP and in Python, and nowhere else."""

    path: str
    text: str

    @functools.cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends. A text that ends with a newline has an empty last line."""
        return tuple(_LINE_END.split(self.text))

    @functools.cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    @functools.cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def line(self, number: int) -> str:
        """Line `number` from 0; empty where there is none."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def offset(self, position: Position) -> int:
        """Index into `text`; positions outside are clamped."""
        if position.line < 0:
            return 0
        if position.line >= len(self.lines):
            return len(self.text)
        return self._starts[position.line] + min(max(position.column, 0), len(self.lines[position.line]))

    def position(self, offset: int) -> Position:
        """The position of an index into `text`."""
        import bisect

        line = bisect.bisect_right(self._starts, min(max(offset, 0), len(self.text))) - 1
        return Position(line, min(offset - self._starts[line], len(self.lines[line])))

    def slice(self, range_: Range) -> str:
        """The text of a range."""
        return self.text[self.offset(range_.start) : self.offset(range_.end)]

    @property
    def end(self) -> Position:
        """Behind the last character."""
        return Position(len(self.lines) - 1, len(self.lines[-1]))

    # UTF-8 bytes, lines from 1: ast and the wire
    def from_ast(self, line: int, column: int) -> Position:
        """From `ast` coordinates (line from 1, UTF-8 bytes)."""
        text = self.line(line - 1)
        if self._ascii or text.isascii():
            return Position(line - 1, min(column, len(text)))
        return Position(line - 1, len(text.encode()[:column].decode(errors="ignore")))

    def range_from_ast(self, line: int, column: int, end_line: int, end_column: int) -> Range:
        """A range from `ast` coordinates."""
        return Range(self.from_ast(line, column), self.from_ast(end_line, end_column))

    def to_ast(self, position: Position) -> tuple[int, int]:
        """To `ast` coordinates."""
        return position.line + 1, len(self.line(position.line)[: position.column].encode())

    # UTF-16: editors
    def from_utf16(self, line: int, column: int) -> Position:
        """From LSP coordinates in UTF-16 units; a column inside a surrogate pair is that character's start."""
        text = self.line(line)
        if text.isascii():
            return Position(line, min(column, len(text)))
        return Position(line, len(text.encode("utf-16-le")[: 2 * column].decode("utf-16-le", errors="ignore")))

    def to_utf16(self, position: Position) -> tuple[int, int]:
        """To LSP coordinates in UTF-16 units."""
        text = self.line(position.line)[: position.column]
        return position.line, len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
