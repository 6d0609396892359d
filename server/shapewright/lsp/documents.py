"""The open documents. pygls keeps texts too, but splits lines at characters that end none in LSP (`\\f`, U+2028)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shapewright.lsp import programs
from shapewright.lsp.programs import Part, Program
from shapewright.source import SourceText


@dataclass(frozen=True)
class Document:
    """A text document or the text of a cell."""

    uri: str
    version: int
    language: str
    source: SourceText


@dataclass(frozen=True)
class _Notebook:
    uri: str
    path: str
    cells: tuple[str, ...]
    """The URIs of the code cells in order."""


class Documents:
    """What the editor has open. Programs are immutable; each edit makes a new one."""

    def __init__(self) -> None:
        self._texts: dict[str, Document] = {}
        self._notebooks: dict[str, _Notebook] = {}
        self._owners: dict[str, str] = {}
        self._programs: dict[str, Program] = {}

    def open(self, path: str, uri: str, version: int, language: str, text: str) -> Program:
        """A file was opened."""
        self._texts[uri] = Document(uri, version, language, SourceText(path, text))
        self._owners[uri] = path
        self._programs[path] = programs.of_file(path, uri, version, text)
        return self._programs[path]

    def document(self, uri: str) -> Document | None:
        """An open document or cell."""
        return self._texts.get(uri)

    def change(self, uri: str, version: int, source: SourceText) -> Program | None:
        """The text of a document or cell changed; returns its program as it is now."""
        old = self._texts.get(uri)
        if old is None:
            return None
        self._texts[uri] = replace(old, version=version, source=source)
        return self._renew(self._owners[uri])

    def close(self, uri: str) -> str | None:
        """A file was closed; returns its path."""
        self._texts.pop(uri, None)
        path = self._owners.pop(uri, None)
        if path is not None:
            self._programs.pop(path, None)
        return path

    def open_notebook(self, path: str, uri: str, cells: Iterable[str], texts: Iterable[Document]) -> Program:
        """A notebook was opened. `cells` are the URIs of its code cells; of `texts` only those matter."""
        self._notebooks[path] = _Notebook(uri, path, tuple(cells))
        self._add_cells(path, texts)
        program = self._renew(path)
        assert program is not None
        return program

    def splice_notebook(
        self,
        path: str,
        start: int,
        deleted: int,
        cells: Iterable[str],
        opened: Iterable[Document],
        closed: Iterable[str],
    ) -> Program | None:
        """Cells were added, removed or moved."""
        book = self._notebooks.get(path)
        if book is None:
            return None
        kept = (*book.cells[:start], *cells, *book.cells[start + deleted :])
        self._notebooks[path] = replace(book, cells=kept)
        for uri in closed:
            self._texts.pop(uri, None)
            self._owners.pop(uri, None)
        self._add_cells(path, opened)
        return self._renew(path)

    def close_notebook(self, path: str) -> None:
        """A notebook was closed, and with it its cells."""
        self._notebooks.pop(path, None)
        self._programs.pop(path, None)
        for uri in [uri for uri, owner in self._owners.items() if owner == path]:
            self._texts.pop(uri, None)
            self._owners.pop(uri, None)

    def program(self, path: str) -> Program | None:
        """The open program of a path."""
        return self._programs.get(path)

    def find(self, uri: str) -> tuple[Program, Part] | None:
        """The program and the part behind a document's URI."""
        program = self._programs.get(self._owners.get(uri, ""))
        part = program.part(uri) if program else None
        return (program, part) if program and part else None

    def language(self, path: str) -> str:
        """The language of an open file; `python` for notebooks."""
        program = self._programs.get(path)
        first = program.parts[0].uri if program and program.parts else ""
        return self._texts[first].language if first in self._texts and path not in self._notebooks else "python"

    def __iter__(self) -> Iterator[Program]:
        return iter(tuple(self._programs.values()))

    def buffers(self) -> dict[str, str]:
        """The Python texts that win over the disk."""
        return {p: program.source.text for p, program in self._programs.items() if self.language(p) == "python"}

    def _add_cells(self, path: str, texts: Iterable[Document]) -> None:
        for document in texts:
            self._texts[document.uri] = document
            self._owners[document.uri] = path

    def _renew(self, path: str) -> Program | None:
        if path in self._notebooks:
            known = (self._texts.get(uri) for uri in self._notebooks[path].cells)
            cells = [(d.uri, d.version, d.source.text) for d in known if d is not None and d.language == "python"]
            self._programs[path] = programs.of_notebook(path, cells)
        elif path in self._programs:
            document = self._texts[self._programs[path].parts[0].uri]
            self._programs[path] = programs.of_file(path, document.uri, document.version, document.source.text)
        return self._programs.get(path)
