"""The state of one window: what is open, what was found, which engines run. It knows no LSP: a `Client` shows it.

All of it runs in the event loop, and waits for nothing but `Runs`, which work in threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from shapewright import analysis
from shapewright.config import Config, ConfigError
from shapewright.lsp.declarations import Declarations, Found
from shapewright.lsp.documents import Documents
from shapewright.lsp.engines import Engines, Start, start_engine
from shapewright.lsp.health import Health, Status
from shapewright.lsp.interrupts import Interrupts
from shapewright.lsp.programs import Program
from shapewright.lsp.results import Result, Results, is_cancelled
from shapewright.lsp.runs import Analyse, Runs
from shapewright.lsp.scheduler import Scheduler, Ticket
from shapewright.lsp.settings import Settings
from shapewright.lsp.sizes import OtherSizes, Try
from shapewright.model import EngineInfo, Finding, Report
from shapewright.sizes import with_sizes
from shapewright.source import Position, SourceText

_LIBRARY = frozenset({"site-packages", "dist-packages"})


class Client(Protocol):
    """What the session needs of the editor."""

    def publish(self, path: str, program: Program | None, findings: list[Finding]) -> None:
        """Show the findings of a file, and no others."""
        ...

    def status(self, status: Status) -> None:
        """Show how the engine does."""
        ...

    def complain(self, message: str) -> None:
        """Tell a person about a setting that cannot be used."""
        ...

    def progress(self, title: str, cancel: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Show that something goes on, if it goes on for long."""
        ...


class Session:
    """One window."""

    def __init__(
        self,
        client: Client,
        *,
        start: Start = start_engine,
        analyse: Analyse = analysis.analyse,
        prove: Callable[..., Report] = analysis.prove,
        sizes: Try = with_sizes,
    ) -> None:
        self.documents = Documents()
        self.results = Results()
        self._declarations = Declarations()
        self.settings = Settings()
        self.health = Health()
        self.loop = asyncio.get_running_loop()
        self.engines = Engines(self._engine_listener, start)
        self.runs = Runs(self.engines, self.results, analyse, prove)
        self._interrupts = Interrupts(self.engines)
        self.scheduler = Scheduler(self._work, self._interrupts.cancel, limit=max(2, (os.cpu_count() or 2) // 2))
        self._client = client
        self.sizes = OtherSizes(
            self.engines, self.results, self.scheduler, lambda: self.settings, lambda path: self.publish([path]), sizes
        )
        self._stale: set[str] = set()
        self._background: set[str] = set()
        self._published: set[str] = set()
        self._unpublished: set[str] = set()
        self._complaints: set[str] = set()

    # ------------------------------------------------------------------------------------------------ documents

    def changed(self, program: Program) -> None:
        """A program was opened or edited: run it, and behind it what depends on it."""
        if self._is_entry(program.path):
            self._background.discard(program.path)
            self._stale.update(self.results.dependents(program.path))
            self.scheduler.submit(program.path)
        else:
            self.touched([program.path])

    def closed(self, path: str) -> None:
        """A program was closed: its findings go, and those who read it read the disk again."""
        self._stale.discard(path)
        if self.health.forget(path):
            self.tell_status()
        self.scheduler.withdraw(path)
        self._interrupts.close(path)
        dependents = self.results.dependents(path)
        self.publish(self.results.drop(path) | {path})
        for entry in dependents:
            self.scheduler.submit(entry)

    def touched(self, paths: Iterable[str]) -> None:
        """Files changed on the disk, or in a buffer that is no entry."""
        for path in paths:
            if path.endswith("pyproject.toml"):
                self.reconfigured()
                return
            for entry in self.results.dependents(path):
                self.scheduler.submit(entry)
            if path in self._background:
                self.scheduler.submit(path)

    def reconfigured(self) -> None:
        """Settings changed: everything runs anew."""
        self.engines.forget_configs()
        self._complaints.clear()
        self.run_all()

    def run_all(self) -> None:
        """Run every open program again."""
        for program in self.documents:
            if self._is_entry(program.path):
                self.scheduler.submit(program.path)

    def current(self, path: str) -> SourceText | None:
        """The text of a path in the editor."""
        program = self.documents.program(path)
        return program.source if program else None

    async def declaration(self, program: Program, position: Position) -> Found | None:
        """Where the `self.name` at a position is made. Without trust no process is started for it."""
        interpreter = self.health.engine.interpreter if self.settings.trusted else None
        roots, buffers = self.runs.roots_of(program.path, Config()), self.documents.buffers()
        find = self._declarations.find
        return await asyncio.to_thread(find, program.source, position, buffers, roots, interpreter)

    async def graphs(self, path: str) -> Report | None:
        """A run of its own for the graphs of a program's models; nothing else of it is shown. None without trust."""
        if not self.settings.trusted:
            return None
        return await asyncio.to_thread(self.runs.graphs, path, self.documents.buffers(), self.settings)

    # ------------------------------------------------------------------------------------------------ engine

    def trust(self, trusted: bool) -> None:
        """Whether the workspace's code may run. Without trust nothing runs, and what ran ends."""
        if self.settings.trusted and not trusted:
            for entry in self.results.entries():
                self.publish(self.results.drop(entry))
            self._in_thread(self.engines.stop)
        self.settings = replace(self.settings, trusted=trusted)
        self.tell_status()
        if trusted:
            self.run_all()

    async def restart(self) -> None:
        """End every engine and start anew."""
        await asyncio.to_thread(self.engines.stop)
        self.reconfigured()

    async def check(self, paths: Iterable[str]) -> tuple[int, int]:
        """Run files that need not be open; returns how many there were and how many findings."""
        wanted = [path for path in paths if not self._is_library(path)]
        self._background.update(path for path in wanted if self.documents.program(path) is None)
        for path in reversed(wanted):
            self.scheduler.submit(path)
        await self.scheduler.drained()
        found = self.results.findings(self.current)
        return len(wanted), sum(len(found.get(path, ())) for path in found)

    def close(self) -> None:
        """The window closes: end every process. Blocks until they are gone."""
        self.scheduler.close()
        self.sizes.close()
        self._declarations.close()
        self.engines.stop(for_good=True)

    def warm(self) -> None:
        """Start the engine of the first folder, so that it is there when a file is opened."""
        if self.settings.trusted and self.runs.roots:
            self._in_thread(self._start_engine, self.runs.roots[0])

    def _start_engine(self, folder: str) -> None:
        with contextlib.suppress(ConfigError):  # the first file will say it
            self.engines.engine(folder, self.settings, self.engines.config(os.path.join(folder, "_")))

    def tell_status(self) -> None:
        """Show the status again."""
        self._client.status(self.status())

    # ------------------------------------------------------------------------------------------------ publishing

    def publish(self, paths: Iterable[str]) -> None:
        """Show the findings of some files as they are now."""
        found = self.results.findings(self.current)
        for path in sorted(paths):
            findings = found.get(path, [])
            program = self.documents.program(path)
            if program is None and not findings and path not in self._published:
                continue
            self._client.publish(path, program, findings)
            (self._published.add if findings else self._published.discard)(path)

    # ------------------------------------------------------------------------------------------------ runs

    async def _work(self, ticket: Ticket) -> None:
        path = ticket.entry
        await self.sizes.stop(path)
        await self._interrupts.over(path)  # they are for runs before this one
        # What is captured here, before the next await, is what the result will speak of.
        program, buffers, settings = self.documents.program(path), self.documents.buffers(), self.settings
        if not settings.trusted or (program is None and path not in self._background):
            return
        began = time.monotonic()
        name = os.path.basename(path)
        async with self._client.progress(f"Shapewright: {name}", functools.partial(self._interrupts.cancel, path)):
            try:
                result = await asyncio.to_thread(self.runs.analyse, path, buffers, settings)
            except ConfigError as error:
                self._complain(str(error))
                return
            except Exception as error:
                self.health.failed(path, f"{type(error).__name__}: {error}")
                self.tell_status()
                raise
        if not self._still_wanted(path) or result is None or is_cancelled(result.report):
            return
        self._unpublished |= self.results.put(result)
        self.health.judge(result.report)
        if program is None:
            self._interrupts.close(path)
            await self._interrupts.over(path)
        # What was found in a text that is no more would come and go on the line that is being typed. It is kept for
        # hovers; the next result is shown.
        if not ticket.superseded:
            self.health.ran(result.report, time.monotonic() - began)
            self._show(path)
            if program is not None:
                await self._add_repairs(ticket, result, settings)
                if not ticket.superseded:
                    self.sizes.submit(path)

    def _show(self, path: str) -> None:
        paths, self._unpublished = self._unpublished, set()
        self.publish(paths)
        self.tell_status()
        stale, self._stale = self._stale - {path}, set()
        for entry in stale:
            self.scheduler.submit(entry)

    async def _add_repairs(self, ticket: Ticket, result: Result, settings: Settings) -> None:
        def take(known: Result) -> None:
            last = self.results.get(ticket.entry)
            if last is not None and last.request is result.request and self._still_wanted(ticket.entry):
                changed = self.results.put(known)
                # Also where nothing new is to be seen: editors ask for the repairs of a mistake when it is published.
                if known.report != last.report and not ticket.superseded:
                    self.publish(changed)

        def proven(report: Report) -> None:
            self.loop.call_soon_threadsafe(take, replace(result, report=report))

        take(await asyncio.to_thread(self.runs.prove, result, settings, lambda: ticket.superseded, proven))

    def _in_thread(self, function: Callable[..., None], *arguments: str) -> None:
        self.loop.run_in_executor(None, function, *arguments)

    # ------------------------------------------------------------------------------------------------ small things

    def _still_wanted(self, path: str) -> bool:
        wanted = path in self._background or self.documents.program(path) is not None
        return wanted and self.settings.trusted

    def _is_entry(self, path: str) -> bool:
        return self.documents.language(path) == "python" and not self._is_library(path)

    def _is_library(self, path: str) -> bool:
        return not _LIBRARY.isdisjoint(Path(path).parts) or path.endswith(".pyi")

    def _complain(self, message: str) -> None:
        if message not in self._complaints:
            self._complaints.add(message)
            self._client.complain(message)
        self.health.said(message)
        self.tell_status()

    def _engine_listener(self, info: EngineInfo) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            self.loop.call_soon_threadsafe(self._engine_changed, info)

    def _engine_changed(self, info: EngineInfo) -> None:
        self.health.engine = info
        self.tell_status()

    def status(self) -> Status:
        """How the window does."""
        return self.health.status(self.settings.trusted)
