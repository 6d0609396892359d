"""When what runs. Work on an entry file starts at once; of what is asked for while it runs only the newest matters.

Nothing here knows LSP or the engine: the work is a coroutine, and stopping what it waits for is a callback.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Ticket:
    """One run of the work. `superseded`: something newer waits, and what is of no use to it can be left out."""

    entry: str
    superseded: bool = False
    started: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)


Work = Callable[[Ticket], Awaitable[None]]


class Scheduler:
    """At most one run and one waiting request for each entry, and `limit` runs in all; the entry asked for last goes
    first. `interrupt` is called for a run that goes on for `patience` seconds after it was superseded."""

    def __init__(self, work: Work, interrupt: Callable[[str], None], *, limit: int = 2, patience: float = 0.3) -> None:
        self._work = work
        self._interrupt = interrupt
        self._limit = limit
        self._patience = patience
        self._running: dict[str, Ticket] = {}
        self._waiting: dict[str, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    def submit(self, entry: str) -> None:
        """The entry, or something it depends on, changed."""
        if self._closed:
            return
        self._waiting.pop(entry, None)
        self._waiting[entry] = None
        self._idle.clear()
        ticket = self._running.get(entry)
        if ticket is not None and not ticket.superseded:
            ticket.superseded = True
            age = asyncio.get_running_loop().time() - ticket.started
            self._later(max(self._patience - age, 0.0), ticket)
        self._start()

    def withdraw(self, entry: str) -> None:
        """The entry was closed: nothing waits for it any more."""
        self._waiting.pop(entry, None)
        ticket = self._running.get(entry)
        if ticket is not None:
            ticket.superseded = True
            self._later(0.0, ticket)
        self._settle()

    def close(self) -> None:
        """Start nothing any more."""
        self._closed = True
        self._waiting.clear()
        for ticket in self._running.values():
            ticket.superseded = True

    def busy(self, entry: str) -> bool:
        """Whether work on an entry is under way or waits."""
        return entry in self._running or entry in self._waiting

    async def settled(self, entry: str, timeout: float) -> bool:
        """Wait until nothing is to be done for an entry; False where that takes longer than `timeout` seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while self.busy(entry):
            ticket = self._running.get(entry)
            waiter = ticket.over.wait() if ticket else asyncio.sleep(0.01)
            try:
                await asyncio.wait_for(waiter, max(end - loop.time(), 0.0))
            except asyncio.TimeoutError:
                return False
        return True

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done at all."""
        return self._idle.is_set()

    async def drained(self) -> None:
        """Wait until nothing is to be done at all."""
        await self._idle.wait()

    def _start(self) -> None:
        for entry in reversed(tuple(self._waiting)):
            if len(self._running) >= self._limit:
                return
            if entry in self._running:
                continue
            del self._waiting[entry]
            ticket = self._running[entry] = Ticket(entry, started=asyncio.get_running_loop().time())
            task = asyncio.ensure_future(self._run(ticket))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, ticket: Ticket) -> None:
        try:
            await self._work(ticket)
        except Exception:  # one entry must not stop the others
            _log.exception("The analysis of %s failed", ticket.entry)
        finally:
            ticket.over.set()
            self._running.pop(ticket.entry, None)
            if not self._closed:
                self._start()
            self._settle()

    def _later(self, delay: float, ticket: Ticket) -> None:
        def fire() -> None:
            if self._running.get(ticket.entry) is ticket:
                self._interrupt(ticket.entry)

        asyncio.get_running_loop().call_later(delay, fire)

    def _settle(self) -> None:
        if not self._running and not self._waiting:
            self._idle.set()
