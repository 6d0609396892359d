"""The server object that features register on: one connection, one editor window."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from shapewright import __version__
from shapewright.lsp.convert import Encoding, uri_of, workspace_edit
from shapewright.lsp.programs import Part, Program, moved
from shapewright.lsp.protocol import Protocol
from shapewright.lsp.session import Session
from shapewright.lsp.shift import LineMap
from shapewright.model import Edit, Location, ShapeFact, without_guesses
from shapewright.source import Position, Range, SourceText

_log = logging.getLogger(__name__)

NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook=types.NotebookDocumentFilterNotebookType("jupyter-notebook"),
            cells=[types.NotebookCellLanguage("python")],
        )
    ]
)


class Window(LanguageServer):
    """Connection, session and the way between the editor's places and ours."""

    def __init__(self) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] (pygls passes *args on without types)
            "shapewright",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            NOTEBOOKS,
            protocol_cls=Protocol,
        )
        self._session: Session | None = None
        self.encoding = Encoding()
        self.has_options = False
        """Whether the client brought its settings along, so that it need not be asked for them."""

    @property
    def session(self) -> Session:
        """The session; there is one from `initialize` on."""
        if self._session is None:
            raise RuntimeError("The server was not initialized.")
        return self._session

    def begin(self, session: Session) -> None:
        """The client introduced itself."""
        self._session = session
        self.encoding = Encoding(str(getattr(encoding := self.workspace.position_encoding, "value", encoding)))

    @property
    def was_shut_down(self) -> bool:
        """Whether the client took its leave before it went."""
        return bool(getattr(self.protocol, "_shutdown", False))

    @property
    def begun(self) -> bool:
        """Whether there is a session."""
        return self._session is not None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Into the log. A message box for each error would be worse than the error."""
        _log.error("%s: %s", getattr(source, "__name__", source), error)

    # ------------------------------------------------------------------------------------------------ places

    def locate(self, uri: str, position: types.Position) -> tuple[Program, Part, Position] | None:
        """A position of the editor in its program; None where the document is not open."""
        found = self.session.documents.find(uri)
        if found is None:
            return None
        program, part = found
        inside = self.encoding.position(part.source, position)
        return program, part, Position(inside.line + part.first, inside.column)

    def locate_range(self, uri: str, range_: types.Range) -> tuple[Program, Part, Range] | None:
        """A range of the editor in its program."""
        found = self.session.documents.find(uri)
        if found is None:
            return None
        program, part = found
        return program, part, moved(self.encoding.range(part.source, range_), part.first)

    def place(self, location: Location) -> tuple[str, types.Range] | None:
        """Where the editor shows a location: in an open document, or in a file of the disk."""
        program = self.session.documents.program(location.path)
        if program is not None:
            part, range_ = self.split(program, location.range)
            return part.uri, range_
        source = self._text(location.path)
        return (uri_of(location.path), self.encoding.to_range(source, location.range)) if source else None

    def split(self, program: Program, range_: Range) -> tuple[Part, types.Range]:
        """The document of a program that a range is in, and the range there."""
        part, inside = program.split(range_)
        return part, self.encoding.to_range(part.source, inside)

    def part_of(self, location: Location) -> tuple[Part, types.Range] | None:
        """The document to edit for a location. A file that is not open has no version."""
        program = self.session.documents.program(location.path)
        if program is not None:
            return self.split(program, location.range)
        source = self._text(location.path)
        if source is None:
            return None
        return Part(uri_of(location.path), -1, source), self.encoding.to_range(source, location.range)

    def workspace_edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit | None:
        """Edits as the editor takes them; None where one of their files cannot be read."""
        placed: list[tuple[Part, types.Range, str]] = []
        for edit in edits:
            found = self.part_of(edit.location)
            if found is None:
                return None
            placed.append((*found, edit.text))
        workspace = self.client_capabilities.workspace
        versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
        return workspace_edit(placed, versioned)

    def _text(self, path: str) -> SourceText | None:
        """The text of a file that is not open, as the last run that met it saw it."""
        for result in self.session.results:
            if path in tuple(result.sources):  # `in` itself would read the disk
                return result.sources[path]
        return None

    def facts(self, path: str, first: int, last: int) -> Iterator[ShapeFact]:
        """The values of expressions that start in some lines, in places of now."""
        for facts, table in self.session.results.facts(path, self.session.current):
            if table is None:
                yield from facts.starting(path, first, last)
                continue
            lines = [old for old in table.old[first : last + 1] if old is not None]
            for line in lines:
                for fact in facts.starting(path, line, line):
                    if (there := table.location(fact.location)) is not None:
                        yield with_location(fact, there)

    def facts_at(self, path: str, position: Position) -> list[ShapeFact]:
        """The values of the innermost expression at a position, in places of now."""
        found: list[ShapeFact] = []
        point = Range(position, position)
        for facts, table in self.session.results.facts(path, self.session.current):
            old = table.backward(point) if table else point
            if old is None:
                continue
            for fact in facts.at(path, old.start):
                location = _forward(table, fact.location)
                if location is not None:
                    found.append(with_location(fact, location))
        if not found:
            return []
        smallest = min((fact.location.range for fact in found), key=lambda r: _size(r, position))
        return list(without_guesses([fact for fact in found if fact.location.range == smallest]))


def _forward(table: LineMap | None, location: Location) -> Location | None:
    return table.location(location) if table else location


def _size(range_: Range, position: Position) -> tuple[int, int, bool]:
    """The smaller the further inside; of two that only touch, the one that starts at the position."""
    lines = range_.end.line - range_.start.line
    return lines, range_.end.column - (0 if lines else range_.start.column), range_.end == position


def with_location(fact: ShapeFact, location: Location) -> ShapeFact:
    """The fact elsewhere."""
    return ShapeFact(location, fact.value, fact.role, fact.source, fact.name, fact.text, fact.caller)


__all__ = ["Window"]
