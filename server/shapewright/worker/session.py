"""The loop of one session: runs come in, traces go out, and between two runs the interpreter is as it was before."""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
import faulthandler
import gc
import importlib
import importlib.util
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import NoReturn

from shapewright import wire
from shapewright.worker import sandbox
from shapewright.worker.channel import Channel
from shapewright.worker.dirty import Watch
from shapewright.worker.reset import PythonState
from shapewright.worker.reset_modules import Modules
from shapewright.worker.reset_torch import TorchState

Execute = Callable[[wire.Run], wire.Trace]


def load(runner: str) -> Execute:
    """The analysis, or the `execute` of another file."""
    if not runner:
        return importlib.import_module("shapewright.worker.run").execute
    name = "shapewright.worker.runner"
    module = sys.modules.get(name)
    if module is None:
        spec = importlib.util.spec_from_file_location(name, runner)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module.execute


@dataclasses.dataclass(frozen=True)
class Prepared:
    """What sessions share: made once, before they are forked, so that none of them looks at every name again."""

    modules: Modules
    torch: TorchState
    watch: Watch


def prepare(runner: str) -> Prepared:
    """Import the analysis and take down what the interpreter is like. Should the import fail, each run will say why."""
    with contextlib.suppress(Exception):
        load(runner)
    return Prepared(Modules(), TorchState(), Watch())


def serve(channel: Channel, hello: wire.Hello, prepared: Prepared, memory: int, runner: str) -> None:
    """Until `Shutdown`, or the server is gone."""
    null, errors = _keep_away_from_the_terminal()
    try:
        applied = sandbox.apply(memory, tuple({channel.reader, channel.writer, null, errors}))
        prepared.watch.begin(memory)
        session = Session(channel, prepared, PythonState(null), runner)
        channel.send(dataclasses.replace(hello, pid=os.getpid(), sandbox=applied))
        session.rehearse()
        while isinstance(message := channel.receive(), wire.Run):
            session.run(message)
    except BaseException:
        os.write(errors, traceback.format_exc().encode(errors="replace"))
        raise


class Session:
    """One interpreter that runs one entry file again and again."""

    def __init__(self, channel: Channel, prepared: Prepared, python: PythonState, runner: str) -> None:
        self._channel = channel
        self._runner = runner
        self._modules = prepared.modules
        self._torch = prepared.torch
        self._watch = prepared.watch
        self._python = python
        os._exit = os.abort = _exit

    def rehearse(self) -> None:
        """Do once, while nobody waits, what every run does: it copies shared memory, which takes some 15 ms."""
        self._watch.compare(set(), imported=False)
        self._restore()

    def run(self, run: wire.Run) -> None:
        """Answer one run, then make ready for the next."""
        try:
            answer: wire.Trace | wire.Fault = contextvars.copy_context().run(load(self._runner), run)
        except BaseException:  # our own mistake, or an exit of user code that nothing caught
            answer = wire.Fault(run.id, "internal", traceback.format_exc(limit=-20))
        libraries = self._modules.libraries()
        if isinstance(answer, wire.Trace) and not answer.dirty:
            reason = self._torch.left_active() or self._watch.find(self._modules.user(), libraries)
            answer = dataclasses.replace(answer, dirty=reason)
        self._channel.send(answer)
        self._restore()
        gc.collect()
        if libraries:
            gc.freeze()  # so that the next collections need not go through them

    def _restore(self) -> None:
        self._modules.restore()
        self._python.restore()
        self._torch.restore()


def _exit(status: int = 1) -> NoReturn:
    """In the place of os._exit: a program that ends is no reason to lose the session."""
    raise SystemExit(status)


def _keep_away_from_the_terminal() -> tuple[int, int]:
    """Output goes nowhere, which is the first descriptor; the second one takes last words to the server."""
    errors = os.dup(2)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor, inheritable=True)
    with contextlib.suppress(OSError, RuntimeError):
        faulthandler.enable(errors)
    # Found by trying to write otherwise, which the sandbox refuses.
    candidates = [os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")]
    tempfile.tempdir = next((c for c in (*candidates, "/tmp") if os.path.isdir(c)), os.getcwd())
    return null, errors
