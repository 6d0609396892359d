"""What every command that runs code needs: settings, an engine for each interpreter, and one program after the
other."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from shapewright import analysis, config, notebook, plan, rules, wire
from shapewright.callers import Callers
from shapewright.cli.files import File, Names
from shapewright.cli.result import Result
from shapewright.config import Config
from shapewright.model import Location, Report
from shapewright.source import SourceText
from shapewright.sources import Sources, read

OpenEngine = Callable[[str, Config], "contextlib.AbstractContextManager[analysis.Runner]"]
"""Starts the engine of an interpreter (a path) under some settings."""

FindInterpreter = Callable[[str | None, Config, Path], str]
"""The interpreter for a file: the one of the command line, or of the settings, or the one found there."""


@dataclass(frozen=True)
class Pin:
    """What `--target`, `--construct` and `--input` said."""

    name: str
    construct: str | None
    inputs: tuple[str, ...]


@dataclass
class Session:
    """The engines of one command, and the texts it works on. `buffers` win over the disk: the edits of `fix` before
    they are written. `graphs`: those of the models that run are wanted; `sizes`: other sizes are tried."""

    open_engine: OpenEngine
    find_interpreter: FindInterpreter
    python: str | None = None
    allow_unsandboxed: bool = False
    buffers: dict[str, str] = field(default_factory=dict[str, str])
    graphs: bool = False
    sizes: bool = False
    _engines: dict[tuple[str, bool, str], analysis.Runner] = field(
        default_factory=dict[tuple[str, bool, str], analysis.Runner]
    )
    _configs: dict[Path, Config] = field(default_factory=dict[Path, Config])
    _callers: Callers = field(default_factory=Callers)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @contextlib.contextmanager
    def opened(self) -> Generator[Session]:
        """Ends every engine at the end."""
        with self._stack:
            yield self

    def config(self, path: Path) -> Config:
        """The settings that hold for a file or folder."""
        folder = path if path.is_dir() else path.parent
        if folder not in self._configs:
            found = config.for_path(folder, rules.codes())
            self._configs[folder] = replace(found, allow_unsandboxed=self.allow_unsandboxed)
        return self._configs[folder]

    def engine(self, file: File) -> analysis.Runner:
        """The engine that runs a file."""
        settings = self.config(Path(file.path))
        interpreter = self.find_interpreter(self.python, settings, Path(file.path))
        key = (interpreter, settings.allow_unsandboxed, settings.start_method)
        if key not in self._engines:
            self._engines[key] = self._stack.enter_context(self.open_engine(interpreter, settings))
        return self._engines[key]

    def run(self, files: Sequence[File], *, pin: Pin | None = None, fixes: bool = True, jobs: int = 1) -> Result:
        """Analyse files and put together what they say."""
        # Engines start in order and one at a time; only the analyses run beside each other.
        runs = [(file, self._program(file)) for file in files]
        ready = [(file, program, self.engine(file)) for file, program in runs]

        given = {file.path for file in files}

        def one(item: tuple[File, _Program, analysis.Runner]) -> Report:
            file, program, engine = item
            return self._report(file, program, engine, pin, fixes, given)

        pool = ThreadPoolExecutor(jobs)
        try:
            reports = list(pool.map(one, ready))
        finally:
            # Without waiting: after an interrupt the engines end what still runs.
            pool.shutdown(wait=False, cancel_futures=True)
        notebooks = {file.path: program.notebook for file, program, _ in ready if program.notebook}

        def place(location: Location) -> Location:
            book = notebooks.get(location.path)
            return book.place(location) if book else location

        infos = {engine.info.interpreter: engine.info for _, _, engine in ready}
        texts = {file.path: program.text for file, program, _ in ready if not program.problem}
        pairs = tuple((file, report) for (file, _, _), report in zip(ready, reports, strict=True))
        sources = Sources({**self.buffers, **texts})
        return Result(pairs, analysis.merge(reports), tuple(infos.values()), sources, place, Names(files))

    def _program(self, file: File) -> _Program:
        try:
            text = self.buffers[file.path] if file.path in self.buffers else read(Path(file.path))
            if not file.path.endswith(".ipynb"):
                return _Program(text)
            book = notebook.read(file.path, text)
        except OSError as error:
            return _Program("", problem=f"the file cannot be read: {error.strerror}")
        except ValueError as error:
            return _Program("", problem=str(error))
        return _Program(book.text, book)

    def _report(
        self, file: File, program: _Program, engine: analysis.Runner, pin: Pin | None, fixes: bool, given: set[str]
    ) -> Report:
        if program.problem:
            return Report(file.path, "failed", program.problem, engine=engine.info)
        request = self.request(file, program.text, pin)
        try:
            report = analysis.analyse(request, engine)
            if fixes:
                report = analysis.prove(report, request, engine)
            return analysis.with_callers(report, request, engine, lambda: self._users(request, given))
        except Exception as error:  # a mistake of ours in one file must not take the others' findings away
            reason = f"internal error, please report it: {traceback.format_exception_only(error)[-1].strip()}"
            return Report(file.path, "failed", reason, engine=engine.info)

    def _users(self, request: analysis.Request, given: set[str]) -> list[str]:
        """The programs that use a file; those that are checked beside it say themselves what they do with it."""
        return [path for path in self._callers.of(request.entry, request.roots) if path not in given]

    def request(self, file: File, text: str, pin: Pin | None) -> analysis.Request:
        """The request for one file."""
        settings = self.config(Path(file.path))
        pinned: tuple[wire.Target, ...] = ()
        if pin is not None:
            tree = plan.parse(SourceText(file.path, text))
            pinned = (plan.pin(pin.name, pin.construct, pin.inputs, tree),)
        buffers = {path: held for path, held in self.buffers.items() if not path.endswith(".ipynb")} | {file.path: text}
        return analysis.Request(
            file.path, buffers, (str(workspace(Path(file.path), settings)),), settings, pinned, self.graphs, self.sizes
        )


@dataclass(frozen=True)
class _Program:
    """The text that runs for a file, or why there is none."""

    text: str
    notebook: notebook.Notebook | None = None
    problem: str = ""


def workspace(path: Path, settings: Config) -> Path:
    """The folder of the workspace that a file belongs to: that of its settings, of its repository or project, else the
    one that its package stands in."""
    if settings.file:
        return Path(settings.file).absolute().parent
    for folder in path.parents:
        if any((folder / mark).exists() for mark in (".git", "pyproject.toml", "setup.py", "setup.cfg")):
            return folder
    return next(folder for folder in path.parents if not (folder / "__init__.py").exists())
