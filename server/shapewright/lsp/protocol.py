"""The protocol as pygls speaks it, but for its own copies of the texts: the session keeps them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, cast

from lsprotocol import types
from pygls.protocol.language_server import LanguageServerProtocol, lsp_method

Handed = Generator[tuple[Callable[..., Any], tuple[Any, ...], None], Any, None]


class Protocol(LanguageServerProtocol):
    """Changes of texts go to our handlers as they came.

    pygls makes each of them in a copy first, and where its lines (which end at a form feed too) are shorter than the
    editor's, it moves the change itself.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Handed:
        """A document was edited."""
        yield from self._hand_on(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> Handed:
        """A notebook was edited."""
        yield from self._hand_on(types.NOTEBOOK_DOCUMENT_DID_CHANGE, params)

    def _hand_on(self, method: str, params: Any) -> Handed:
        features: dict[str, Callable[..., Any]] = cast(Any, self.fm).features
        if method in features:
            yield features[method], (params,), None
