"""From `initialize` to `exit`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from lsprotocol import types

from shapewright.lsp import parent
from shapewright.lsp.features import code_lenses, configuration, diagnostics, inlay_hints, progress
from shapewright.lsp.features.status import StatusLine
from shapewright.lsp.health import Status
from shapewright.lsp.programs import Program
from shapewright.lsp.session import Session
from shapewright.lsp.window import Window
from shapewright.model import Finding


class Editor:
    """The session's client: it shows things in the window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._status = StatusLine(window)

    def publish(self, path: str, program: Program | None, findings: list[Finding]) -> None:
        """Diagnostics. Hints and lenses belong to the same run, and are asked for again."""
        diagnostics.publish(self._window, path, program, findings)
        if program is not None:
            inlay_hints.refresh(self._window)
            code_lenses.refresh(self._window)

    def status(self, status: Status) -> None:
        """The status item."""
        self._status.show(status)

    def complain(self, message: str) -> None:
        """A message that has to be read."""
        self._window.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def progress(self, title: str, cancel: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """A progress bar."""
        return progress.shown(self._window, title, cancel)


def register(window: Window, make_session: Callable[[Editor], Session] = Session) -> None:
    """Begin and end the session."""

    @window.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        window.begin(make_session(Editor(window)))
        window.session.runs.roots = configuration.roots(window)
        options = configuration.plain(params.initialization_options)
        window.has_options = bool(options)
        # Before the answer to `initialize` nothing may be sent but messages to a person.
        configuration.take(window, options)
        if params.process_id is not None:
            parent.watch(params.process_id, window.session.close)

    @window.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        del params
        if not window.has_options:
            await configuration.apply(window, await configuration.ask(window))
        window.session.tell_status()
        window.session.warm()
        await configuration.watch(window)

    @window.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        del params
        await asyncio.to_thread(window.session.close)

    @window.feature(types.EXIT)
    def leave(params: None) -> None:
        del params
        with contextlib.suppress(RuntimeError):
            window.session.close()

    del initialize, initialized, shutdown, leave
