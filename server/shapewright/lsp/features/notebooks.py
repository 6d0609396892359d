"""Notebook documents: their code cells are one program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from shapewright.lsp.convert import path_of
from shapewright.lsp.documents import Document
from shapewright.lsp.window import Window
from shapewright.source import SourceText


def register(window: Window) -> None:
    """Follow the open notebooks."""

    @window.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        uri = params.notebook_document.uri
        path = path_of(uri)
        program = window.session.documents.open_notebook(
            path, uri, _code(params.notebook_document.cells), _documents(path, params.cell_text_documents)
        )
        window.session.changed(program)

    @window.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def edited(params: types.DidChangeNotebookDocumentParams) -> None:
        path = path_of(params.notebook_document.uri)
        documents, changes = window.session.documents, params.change.cells
        if changes is None:
            return
        if (structure := changes.structure) is not None:
            documents.splice_notebook(
                path,
                structure.array.start,
                structure.array.delete_count,
                _code(structure.array.cells or ()),
                _documents(path, structure.did_open or ()),
                [cell.uri for cell in structure.did_close or ()],
            )
        for content in changes.text_content or ():
            cell = documents.document(content.document.uri)
            if cell is not None:
                source = window.encoding.changed(cell.source, content.changes)
                documents.change(cell.uri, content.document.version, source)
        program = documents.program(path)
        if program is not None:
            window.session.changed(program)

    @window.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        path = path_of(params.notebook_document.uri)
        for cell in params.cell_text_documents:
            window.text_document_publish_diagnostics(types.PublishDiagnosticsParams(cell.uri, []))
        window.session.documents.close_notebook(path)
        window.session.closed(path)

    del opened, edited, closed


def _code(cells: Sequence[types.NotebookCell]) -> list[str]:
    """Every cell keeps its place in the list, so that indices hold; those with prose have no text."""
    return [cell.document if cell.kind is types.NotebookCellKind.Code else "" for cell in cells]


def _documents(path: str, items: Iterable[types.TextDocumentItem]) -> list[Document]:
    return [Document(item.uri, item.version, str(item.language_id), SourceText(path, item.text)) for item in items]
