"""Tries other sizes of a file's models when nothing else is to be done, one file at a time: for contracts, for the
symbols of dimensions, and for hints at sizes that break.

Nobody waits for it: it starts when every run has ended and its findings are shown, and an edit ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace

from shapewright import analysis, wire
from shapewright.config import ConfigError
from shapewright.lsp.engines import Engines, Runner
from shapewright.lsp.results import Facts, Result, Results, mapping
from shapewright.lsp.scheduler import Scheduler
from shapewright.lsp.settings import Settings
from shapewright.model import EngineInfo, Report, ShapeFact
from shapewright.sizes import with_sizes, with_symbols
from shapewright.sources import Sources

_log = logging.getLogger(__name__)
AGAIN = 0.05
PAUSE = 0.5
"""Seconds without any run before it starts, so that it does not start between two keystrokes."""
Try = Callable[[Report, analysis.Request, analysis.Runner], Report]


def carried(report: Report, last: Result, sources: Sources) -> tuple[ShapeFact, ...]:
    """The values of a new run with the symbols that the last one had for the same values on lines that nobody touched,
    so that they do not go and come back at each keystroke."""
    table = mapping(last.fact_sources, report.entry, sources.get)
    old: list[ShapeFact] = []
    for fact in last.report.shapes:
        where = table.location(fact.location) if table is not None else fact.location
        if where is not None and fact.location.path == report.entry and _is_symbolic(fact.value):
            old.append(replace(fact, location=where))
    return with_symbols(report.shapes, old) if old else report.shapes


def _is_symbolic(value: wire.Value) -> bool:
    named = value.tensor is not None and any(not s.isdigit() for s in value.tensor.symbols or ())
    return named or any(_is_symbolic(item) for item in value.items)


class Aside:
    """An engine whose runs are made in a session of their own."""

    def __init__(self, engine: Runner) -> None:
        self._engine = engine

    @property
    def info(self) -> EngineInfo:
        """The engine's."""
        return self._engine.info

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Neither disturbs the runs of edits and of proofs nor waits for them."""
        return self._engine.aside(run, deadline)

    prove = run


class OtherSizes:
    """`settings` gives those of now; `shown` is told of a file of which more is known."""

    def __init__(
        self,
        engines: Engines,
        results: Results,
        scheduler: Scheduler,
        settings: Callable[[], Settings],
        shown: Callable[[str], None],
        attempt: Try = with_sizes,
    ) -> None:
        self._engines, self._results, self._scheduler = engines, results, scheduler
        self._settings, self._shown, self._attempt = settings, shown, attempt
        self._waiting: dict[str, None] = {}
        self._running: tuple[str, asyncio.Event] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def submit(self, entry: str) -> None:
        """A file's findings are shown."""
        self._waiting.pop(entry, None)
        self._waiting[entry] = None
        if self._task is None and not self._closed:
            self._task = asyncio.ensure_future(self._work())

    async def stop(self, entry: str) -> None:
        """Something newer is to be run for a file; returns once nothing of the old text runs."""
        self._waiting.pop(entry, None)
        if self._running is not None and self._running[0] == entry:
            over = self._running[1]
            while not over.is_set():  # again, where the engine had not been asked yet
                await asyncio.to_thread(self._cancel, entry)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(over.wait(), AGAIN)

    def close(self) -> None:
        """Start nothing any more."""
        self._closed = True
        self._waiting.clear()

    async def drained(self) -> None:
        """Wait until nothing is to be done."""
        while self._task is not None:
            await asyncio.sleep(0.01)

    def _cancel(self, entry: str) -> None:
        for engine in self._engines.all():
            engine.cancel_aside(entry)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._scheduler.drained()
                await asyncio.sleep(PAUSE)
                if self._scheduler.idle and self._waiting:
                    entry = self._waiting.popitem()[0]
                    try:
                        await self._one(entry)
                    except Exception:  # one file must not stop the others
                        _log.exception("Trying other sizes of %s failed", entry)
        finally:
            self._task = None

    async def _one(self, entry: str) -> None:
        result = self._results.get(entry)
        if result is None or not self._settings().trusted:
            return
        over = asyncio.Event()
        self._running = entry, over
        try:
            found = await asyncio.to_thread(self._tried, result)
        finally:
            self._running = None
            over.set()
        if found is not None and self._results.get(entry) is result:
            self._results.put(found)
            self._shown(entry)

    def _tried(self, result: Result) -> Result | None:
        """The result with what other sizes show; None where that is nothing."""
        try:
            engine = self._engines.engine(result.report.entry, self._settings(), result.request.config)
        except ConfigError:
            return None
        if engine is None:
            return None
        report = self._attempt(result.report, result.request, Aside(engine))
        return None if report is result.report else replace(result, report=report, facts=Facts(report.shapes))
