"""`$/progress` for what takes more than a second, where the editor can show it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types

from shapewright.lsp.window import Window

_PATIENCE = 1.0


@contextlib.asynccontextmanager
async def shown(window: Window, title: str, cancel: Callable[[], None], message: str = "") -> AsyncGenerator[None]:
    """Show that something goes on while the block runs; `cancel` is called when a person asks for it."""
    capabilities = window.client_capabilities.window
    if not (capabilities and capabilities.work_done_progress):
        yield
        return
    display = _Display(window, title, cancel, message)
    task = asyncio.ensure_future(display.open())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        display.close()


class _Display:
    def __init__(self, window: Window, title: str, cancel: Callable[[], None], message: str) -> None:
        self._window, self._title, self._cancel, self._message = window, title, cancel, message
        # A token may be used once only.
        self._token = str(uuid.uuid4())
        self._open = False

    async def open(self) -> None:
        await asyncio.sleep(_PATIENCE)
        progress: Any = self._window.work_done_progress
        await progress.create_async(self._token)
        begin = types.WorkDoneProgressBegin(self._title, cancellable=True, message=self._message or None)
        progress.begin(self._token, begin)
        self._open = True
        loop = asyncio.get_running_loop()

        def asked(future: Future[Any]) -> None:
            if future.cancelled():
                loop.call_soon_threadsafe(self._cancel)

        progress.tokens[self._token].add_done_callback(asked)

    def close(self) -> None:
        progress: Any = self._window.work_done_progress
        if self._open:
            progress.end(self._token, types.WorkDoneProgressEnd())
        progress.tokens.pop(self._token, None)
