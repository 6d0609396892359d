"""What is open in the editor, as programs: a file, or a notebook whose code cells are one text.

A program has parts, which are what the editor knows (a document with a URI and a version). A file has one part.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from shapewright import notebook
from shapewright.source import Position, Range, SourceText


@dataclass(frozen=True)
class Part:
    """One document of the editor. Its first line is line `first` of the program."""

    uri: str
    version: int
    source: SourceText
    first: int = 0


@dataclass(frozen=True)
class Program:
    """One text to run. `path` is absolute, or the URI of what was never saved."""

    path: str
    source: SourceText
    parts: tuple[Part, ...]

    def part(self, uri: str) -> Part | None:
        """The part with that URI."""
        return next((part for part in self.parts if part.uri == uri), None)

    def split(self, range_: Range) -> tuple[Part, Range]:
        """The part in which a range of the program starts, and the range within it."""
        index = max(bisect.bisect_right([part.first for part in self.parts], range_.start.line) - 1, 0)
        part = self.parts[index]
        return part, moved(range_, -part.first)


def moved(range_: Range, lines: int) -> Range:
    """A range some lines further down."""
    start, end = range_.start, range_.end
    return Range(Position(start.line + lines, start.column), Position(end.line + lines, end.column))


def of_file(path: str, uri: str, version: int, text: str) -> Program:
    """A file: one part that is the whole text."""
    source = SourceText(path, text)
    return Program(path, source, (Part(uri, version, source),))


def of_notebook(path: str, cells: Sequence[tuple[str, int, str]]) -> Program:
    """A notebook from its code cells in order: URI, version and text of each."""
    book = notebook.join(path, [notebook.Cell(index, text) for index, (_, _, text) in enumerate(cells)])
    parts = [
        Part(uri, version, SourceText(path, text), first)
        for (uri, version, text), first in zip(cells, book.starts, strict=True)
    ]
    return Program(path, SourceText(path, book.text), tuple(parts))
