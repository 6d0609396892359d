"""An editor, an engine and an analysis that do what a test says."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace

from shapewright import analysis, wire
from shapewright.config import Config
from shapewright.lsp.health import Status
from shapewright.lsp.programs import Program
from shapewright.lsp.session import Session
from shapewright.lsp.settings import Settings
from shapewright.model import Edit, EngineInfo, EngineState, Finding, Fix, Location, Report, Severity, ShapeFact
from shapewright.source import Position, Range, SourceText


@dataclass
class Editor:
    """Keeps what it is shown."""

    published: list[tuple[str, list[Finding]]] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def publish(self, path: str, program: Program | None, findings: list[Finding]) -> None:
        self.published.append((path, findings))

    def status(self, status: Status) -> None:
        self.statuses.append(status)

    def complain(self, message: str) -> None:
        self.complaints.append(message)

    @contextlib.asynccontextmanager
    async def progress(self, title: str, cancel: Callable[[], None]) -> AsyncGenerator[None]:
        self.titles.append(title)
        yield

    def each_shown(self, path: str) -> list[list[tuple[str, int]]]:
        """What was shown in a file, one thing after another; to publish the same again shows nothing else."""
        each = [
            [(f.code, f.location.range.start.line) for f in found] for shown, found in self.published if shown == path
        ]
        return [found for index, found in enumerate(each) if index == 0 or found != each[index - 1]]

    def shown(self, path: str) -> list[tuple[str, int]]:
        """The findings that a file shows now: code and line."""
        last = next((findings for shown, findings in reversed(self.published) if shown == path), [])
        return [(finding.code, finding.location.range.start.line) for finding in last]


class Engine:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.info = EngineInfo(EngineState.READY, "/python")
        self.cancelled: list[str] = []
        self.closed: list[str] = []
        self.stopped = 0
        self.cancel_event = threading.Event()
        self.may_end = threading.Event()
        """Until it is set, nothing is cancelled or closed."""
        self.may_end.set()

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        raise NotImplementedError

    prove = run

    def aside(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        self.cancel_event.clear()
        assert self.cancel_event.wait(deadline)
        return wire.Fault(run.id, "cancelled")

    def cancel(self, entry: str) -> None:
        assert self.may_end.wait(60)
        self.cancelled.append(entry)
        self.cancel_event.set()

    cancel_aside = cancel

    def close(self, entry: str) -> None:
        assert self.may_end.wait(60)
        self.closed.append(entry)

    def restart(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped += 1
        self.cancel_event.set()


class Analysis:
    """Finds a mistake in each line with `ERROR`, in whichever file of the buffers; `import NAME` makes a dependency.

    `SLOW` waits until it is cancelled or released; with `PAUSE` each proof waits to be told to go on.
    """

    def __init__(self) -> None:
        self.requests: list[analysis.Request] = []
        self.proofs: list[str] = []
        self.tried: list[str] = []
        self.release = threading.Event()
        self.go_on = threading.Event()
        self.disk: dict[str, str] = {}

    def analyse(self, request: analysis.Request, engine: Engine) -> Report:
        self.requests.append(request)
        text = request.buffers.get(request.entry, "")
        if "SLOW" in text:
            engine.cancel_event.clear()
            while not self.release.wait(0.01):
                if engine.cancel_event.is_set():
                    return Report(request.entry, "failed", "cancelled: for something newer", engine=engine.info)
        if "RAISE" in text:
            raise ValueError("ours")
        if "INTERNAL" in text:
            reason = "internal: Traceback\n  File x\nKeyError: 'a'\n"
            return Report(request.entry, "failed", reason, engine=engine.info)
        if "FAULT" in text:
            return Report(request.entry, "failed", "crashed: it was a bad day", engine=engine.info)
        names = [line.removeprefix("import ").strip() for line in text.splitlines() if line.startswith("import ")]
        texts = {**self.disk, **request.buffers}
        imported = [path for path in texts if path.rpartition("/")[2].removesuffix(".py") in names]
        findings: list[Finding] = []
        for path in (request.entry, *imported):
            for number, line in enumerate(SourceText(path, texts.get(path, "")).lines):
                if "ERROR" in line:
                    column = line.index("ERROR")
                    location = Location(path, Range(Position(number, column), Position(number, column + 5)))
                    findings.append(Finding("a-rule", Severity.ERROR, "wrong", location, entry=request.entry))
        shapes = [
            ShapeFact(f.location, wire.Value("number", "int", text="1"), "expression", "script", "", "ERROR")
            for f in findings
        ]
        return Report(
            request.entry,
            "ok",
            findings=tuple(findings),
            shapes=tuple(shapes),
            dependencies=tuple(imported),
            engine=engine.info,
        )

    def prove(
        self,
        report: Report,
        request: analysis.Request,
        engine: Engine,
        cancelled: Callable[[], bool],
        progress: Callable[[Report], None],
    ) -> Report:
        self.proofs.append(request.entry)
        for index, finding in enumerate(report.findings):
            fixed = replace(finding, fixes=(Fix("repair", (Edit(finding.location, "FIXED"),), True),))
            report = replace(report, findings=(*report.findings[:index], fixed, *report.findings[index + 1 :]))
            progress(report)
            if "PAUSE" in request.buffers.get(request.entry, ""):
                self.go_on.wait(60)
        return report

    def sizes(self, report: Report, request: analysis.Request, engine: analysis.Runner) -> Report:
        """A contract for each file; `LATE` waits until it is cancelled."""
        self.tried.append(request.buffers.get(request.entry, ""))
        if "LATE" in self.tried[-1]:
            engine.run(wire.Run(0, request.entry, {}, ()), 60.0)
            return report
        return replace(report, contracts=(wire.Contract("Net"),))


class Bench:
    """A session with fakes around it."""

    def __init__(self, *, trusted: bool = True) -> None:
        self.editor, self.engine, self.analysis = Editor(), Engine(), Analysis()
        self.starts: list[str] = []

        def start(path: str, settings: Settings, config: Config, listener: object) -> Engine:
            self.starts.append(path)
            return self.engine

        self.session = Session(
            self.editor,
            start=start,
            analyse=self.analysis.analyse,
            prove=self.analysis.prove,
            sizes=self.analysis.sizes,
        )
        self.session.settings = Settings(interpreter="/python", trusted=trusted)
        self.version = 0

    def open(self, path: str, *lines: str) -> None:
        self.version += 1
        self.session.changed(
            self.session.documents.open(path, f"file://{path}", self.version, "python", "\n".join(lines))
        )

    def edit(self, path: str, *lines: str) -> None:
        self.version += 1
        program = self.session.documents.change(f"file://{path}", self.version, SourceText(path, "\n".join(lines)))
        assert program is not None
        self.session.changed(program)

    def close(self, path: str) -> None:
        assert self.session.documents.close(f"file://{path}") == path
        self.session.closed(path)

    async def settle(self) -> None:
        await asyncio.wait_for(self.session.scheduler.drained(), 60)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that a thread does."""

        async def wait() -> None:
            while not condition():
                await asyncio.sleep(0.01)

        await asyncio.wait_for(wait(), 60)

    async def running(self, path: str) -> None:
        """Wait until the newest text of a file is being analysed."""
        program = self.session.documents.program(path)
        assert program is not None
        text = program.source.text
        await self.until(lambda: any(r.entry == path and r.buffers[path] == text for r in self.analysis.requests))
