"""Ends runs and sessions in threads, since that may take a moment, and knows when it is done: what begins afterwards
must not be hit by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from shapewright.lsp.engines import Engines, Runner


class Interrupts:
    """For the event loop. Its threads are its own: those of the loop may all wait for the very runs that are to end."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._threads = ThreadPoolExecutor(4, "shapewright-interrupt")
        self._pending: dict[str, set[asyncio.Future[None]]] = {}

    def cancel(self, entry: str) -> None:
        """Runs of an entry return at once; its sessions stay."""
        self._begin(entry, lambda engine: engine.cancel(entry))

    def close(self, entry: str) -> None:
        """The sessions of an entry end, and with them its runs."""
        self._begin(entry, lambda engine: engine.close(entry))

    async def over(self, entry: str) -> None:
        """Wait until what was begun for an entry is done."""
        while pending := self._pending.get(entry):
            await asyncio.wait(pending)

    def _begin(self, entry: str, end: Callable[[Runner], None]) -> None:
        def work() -> None:
            for engine in self._engines.all():
                end(engine)

        def done(future: asyncio.Future[None]) -> None:
            self._pending[entry].discard(future)
            if not self._pending[entry]:
                del self._pending[entry]

        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        self._pending.setdefault(entry, set()).add(future)
        future.add_done_callback(done)
