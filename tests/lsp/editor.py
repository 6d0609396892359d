"""An editor as far as the server can tell: the capabilities of VS Code, documents, and what it is shown."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import LanguageClient

ROOT = Path(__file__).parents[2]
VSCODE = json.loads((ROOT / "tests/data/vscode-1.139-initialize.json").read_text())["capabilities"]
COMMAND = [sys.executable, "-m", "shapewright", "serve"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "server")}
PATIENCE = 240.0
"""Seconds for anything that the server says: on a machine that does much else."""


def capabilities(change: Callable[[dict[str, Any]], None] = lambda _: None) -> types.ClientCapabilities:
    """Those of VS Code, changed where a test is about another editor."""
    copy = json.loads(json.dumps(VSCODE))
    change(copy)
    return get_converter().structure(copy, types.ClientCapabilities)


def label(hint: types.InlayHint) -> str:
    """The text of an inlay hint."""
    return hint.label if isinstance(hint.label, str) else "".join(part.value for part in hint.label)


class Editor:
    """One connection. `statuses` are the notifications of the status item, newest last."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.statuses: list[dict[str, Any]] = []
        self.published: list[types.PublishDiagnosticsParams] = []
        self.initialized: types.InitializeResult
        self._news = asyncio.Event()

        @client.feature("shapewright/status")
        def status(params: Any) -> None:
            self.statuses.append(params if isinstance(params, dict) else params._asdict())
            self._news.set()

        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            client.diagnostics[params.uri] = params.diagnostics
            self._news.set()

        client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = publish
        client.protocol.fm.features["workspace/inlayHint/refresh"] = lambda *_: None
        client.protocol.fm.features["workspace/codeLens/refresh"] = lambda *_: None
        client.protocol.fm.features["client/registerCapability"] = lambda *_: None

    async def start(self, known: types.ClientCapabilities | None = None, **options: Any) -> None:
        """Introduce ourselves. `options` are the initialization options beside the usual ones."""
        usual = {"interpreter": sys.executable, "trusted": True, "startMethod": "auto"}
        self.initialized = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=known or capabilities(),
                process_id=os.getpid(),
                root_uri=self.folder.as_uri(),
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), "folder")],
                initialization_options={**usual, **options},
            )
        )

    @property
    def server_pid(self) -> int:
        """The process of the server."""
        server = self.client._server
        assert server is not None
        return server.pid

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> str:
        """Open a file that is on the disk as well."""
        (self.folder / name).write_text(text, newline="")
        uri = self.uri(name)
        self.versions[uri], self.texts[uri] = 1, text
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text))
        )
        return uri

    def replace(self, uri: str, old: str, new: str) -> None:
        """Type `new` over the one place that says `old`, as an incremental change in UTF-16."""
        text = self.texts[uri]
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        start = text.index(old)
        self.texts[uri] = text.replace(old, new)
        range_ = types.Range(self.position(text, start), self.position(text, start + len(old)))
        self._changed(uri, types.TextDocumentContentChangePartial(range_, new))

    def apply(self, uri: str, edits: Sequence[types.TextEdit]) -> None:
        """Make the edits of a code action, and tell the server the whole text."""
        text = self.texts[uri]
        for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
            start, end = self.offset(text, edit.range.start), self.offset(text, edit.range.end)
            text = text[:start] + edit.new_text + text[end:]
        self.texts[uri] = text
        self._changed(uri, types.TextDocumentContentChangeWholeDocument(text))

    def _changed(self, uri: str, change: types.TextDocumentContentChangeEvent) -> None:
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(version=self.versions[uri], uri=uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until the server said something that makes a condition true."""

        async def wait() -> Any:
            while not (answer := condition()):
                self._news.clear()
                await self._news.wait()
            return answer

        return await asyncio.wait_for(wait(), patience)

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """Those of the text as it is now."""
        version = self.versions.get(uri)
        params = await self.until(
            lambda: next((p for p in reversed(self.published) if p.uri == uri and p.version == version), None)
        )
        return list(params.diagnostics)

    async def hover(self, uri: str, text: str, offset: int = 0) -> str:
        """The hover at the first place that says `text`; empty where there is none."""
        place = self.position(self.texts[uri], self.texts[uri].index(text) + offset)
        answer = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), place)
        )
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def checks(self, uri: str) -> list[tuple[int, str]]:
        """The code lenses that say how models were checked. Those of contracts come when other sizes were tried."""
        return [(line, text) for line, text in await self.lenses(uri) if "checked" in text]

    async def lenses(self, uri: str) -> list[tuple[int, str]]:
        """The code lenses of a file: line and text."""
        answer = await self.client.text_document_code_lens_async(
            types.CodeLensParams(types.TextDocumentIdentifier(uri))
        )
        return [(lens.range.start.line, lens.command.title if lens.command else "") for lens in answer or ()]

    async def contracts(self, uri: str) -> list[tuple[int, str]]:
        """The code lenses once they say what models take and give, which other sizes have shown by then."""

        async def wait() -> list[tuple[int, str]]:
            while True:
                lenses = await self.lenses(uri)
                if any("→" in text for _, text in lenses):
                    return lenses
                await asyncio.sleep(0.1)

        return await asyncio.wait_for(wait(), PATIENCE)

    async def hints(self, uri: str, first: int = 0, last: int = 10_000) -> dict[tuple[int, int], str]:
        """The inlay hints of some lines by line and column."""
        range_ = types.Range(types.Position(first, 0), types.Position(last, 0))
        answer = await self.client.text_document_inlay_hint_async(
            types.InlayHintParams(types.TextDocumentIdentifier(uri), range_)
        )
        return {(hint.position.line, hint.position.character): label(hint) for hint in answer or ()}

    async def resolved_hint(self, uri: str, line: int) -> types.InlayHint:
        """The first hint of a line, with everything that the server can say of it."""
        range_ = types.Range(types.Position(line, 0), types.Position(line, 1_000))
        answer = await self.client.text_document_inlay_hint_async(
            types.InlayHintParams(types.TextDocumentIdentifier(uri), range_)
        )
        return await self.client.inlay_hint_resolve_async((answer or ())[0])

    async def actions(
        self, uri: str, diagnostic: types.Diagnostic, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """The code actions on a diagnostic, as the light bulb asks for them: again when it is published again."""

        async def ask() -> list[types.CodeAction]:
            answer = await self.client.text_document_code_action_async(params)
            return [action for action in answer or () if isinstance(action, types.CodeAction)]

        context = types.CodeActionContext(
            [diagnostic],
            only=[types.CodeActionKind(kind) for kind in only] if only else None,
            trigger_kind=types.CodeActionTriggerKind.Automatic,
        )
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), diagnostic.range, context)
        while True:
            count = len(self.published)
            if actions := await ask():
                return actions
            await self.until(lambda before=count: len(self.published) > before)

    def text_at(self, uri: str, range_: types.Range) -> str:
        """The text of a range, in UTF-16."""
        lines = self.texts[uri].replace("\r\n", "\n").split("\n")
        assert range_.start.line == range_.end.line
        line = lines[range_.start.line].encode("utf-16-le")
        return line[2 * range_.start.character : 2 * range_.end.character].decode("utf-16-le")

    @staticmethod
    def offset(text: str, position: types.Position) -> int:
        """The index of a position in UTF-16."""
        lines = text.split("\n")
        column = len(lines[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le"))
        return sum(len(line) + 1 for line in lines[: position.line]) + column

    @staticmethod
    def position(text: str, offset: int) -> types.Position:
        """A position in UTF-16."""
        before = text[:offset].replace("\r\n", "\n")
        line = before.count("\n")
        column = before.rpartition("\n")[2]
        return types.Position(line, len(column.encode("utf-16-le")) // 2)
