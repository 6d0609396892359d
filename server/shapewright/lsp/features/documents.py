"""Text documents: opened, edited, closed."""

from __future__ import annotations

from lsprotocol import types

from shapewright.lsp.convert import path_of
from shapewright.lsp.window import Window


def register(window: Window) -> None:
    """Follow what is open. These handlers only take notes, so they may run in the event loop itself, in order."""

    @window.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        path = path_of(document.uri)
        program = window.session.documents.open(
            path, document.uri, document.version, str(document.language_id), document.text
        )
        window.session.changed(program)

    @window.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def edited(params: types.DidChangeTextDocumentParams) -> None:
        document = window.session.documents.document(params.text_document.uri)
        if document is None:
            return
        source = window.encoding.changed(document.source, params.content_changes)
        program = window.session.documents.change(document.uri, params.text_document.version, source)
        if program is not None:
            window.session.changed(program)

    @window.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        path = window.session.documents.close(params.text_document.uri)
        if path is not None:
            window.session.closed(path)

    del opened, edited, closed
