"""Where sessions come from: forked from a zygote, or spawned."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import sys
import threading
from typing import Literal, Protocol

from shapewright import wire
from shapewright.engine import advice
from shapewright.engine.link import Link, SocketStream, pair
from shapewright.engine.process import Process
from shapewright.engine.worker import Worker
from shapewright.model import EngineState

StartMethod = Literal["auto", "fork", "spawn"]
START_SECONDS = 120.0
"""How long an interpreter may take to import torch."""

_END_SECONDS = 2.0


class NotStarted(Exception):
    """No session can be had. `state` and `advice` are for people."""

    def __init__(self, state: EngineState, text: str) -> None:
        super().__init__(text)
        self.state = state
        self.advice = text


class Source(Protocol):
    """Makes sessions."""

    def open(self) -> Worker:
        """A new session, which may still be starting. Raises NotStarted."""
        ...

    def stop(self) -> None:
        """End all of them."""
        ...

    @property
    def alive(self) -> bool:
        """Whether sessions can still be had."""
        ...


def source(interpreter: str, method: StartMethod, memory: int, runner: str) -> Source:
    """What `method` asks for; `auto` forks on Linux, where torch survives it."""
    if method == "auto":
        method = "fork" if sys.platform == "linux" else "spawn"
    if method == "fork" and not hasattr(os, "fork"):
        raise NotStarted(EngineState.STOPPED, "This system cannot fork: set the start method to auto or spawn.")
    if method == "fork":
        return Forker(interpreter, memory, runner)
    return Spawner(interpreter, memory, runner)


def check(hello: wire.Hello | None, process: Process, interpreter: str, timeout: float = START_SECONDS) -> wire.Hello:
    """The greeting of a process, or NotStarted with the reason."""
    if hello is not None and hello.problem and hello.protocol == 0:
        raise NotStarted(EngineState.NO_INTERPRETER, advice.too_old(interpreter, hello.python))
    if hello is not None and hello.protocol != wire.PROTOCOL:
        raise NotStarted(EngineState.STOPPED, advice.other_version(interpreter))
    if hello is not None and hello.torch is None:
        raise NotStarted(EngineState.NO_TORCH, advice.no_torch(interpreter, hello.problem))
    if hello is not None:
        return hello
    if isinstance(process.problem, FileNotFoundError):
        raise NotStarted(EngineState.NO_INTERPRETER, advice.missing(interpreter))
    if process.problem is not None:
        why = process.problem.strerror or str(process.problem)
        raise NotStarted(EngineState.NO_INTERPRETER, advice.not_executable(interpreter, why))
    if not process.link.ended.is_set():
        process.kill()
        raise NotStarted(EngineState.NO_INTERPRETER, advice.silent(interpreter, timeout))
    how = advice.ending(process.wait(_END_SECONDS))
    raise NotStarted(EngineState.NO_INTERPRETER, advice.not_python(interpreter, how, process.errors()))


class Forker:
    """Sessions forked from one warm process: 25 ms each."""

    def __init__(self, interpreter: str, memory: int, runner: str) -> None:
        self._interpreter = interpreter
        self._numbers = itertools.count(1)
        self._hello: wire.Hello | None = None
        self._greeted = threading.Event()
        self._endings: dict[int, _Ending] = {}
        self._lock = threading.Lock()
        self._process = Process(interpreter, "zygote", memory, runner, self._message, self._end)

    @property
    def alive(self) -> bool:
        """Whether the zygote runs."""
        return not self._process.link.ended.is_set()

    def open(self) -> Worker:
        """Ask the zygote for a session."""
        self._greeted.wait(START_SECONDS)
        check(self._hello, self._process, self._interpreter)
        with self._lock:
            number = next(self._numbers)
            ending = self._endings[number] = _Ending()
            stream, (theirs, _) = pair()
            try:
                control = self._process.stream
                assert isinstance(control, SocketStream)
                socket.send_fds(control.socket, [wire.encode(wire.Fork(number))], [theirs])
            except OSError as error:
                self._process.kill()
                self._process.wait(_END_SECONDS)  # until then it passes for alive
                raise NotStarted(EngineState.CRASHED, f"The worker process is gone ({error}).") from error
            finally:
                os.close(theirs)
        link = Link(stream)
        link.start()
        return Worker(link, lambda: self._kill(number), lambda: ending.wait(_END_SECONDS), self._process.errors)

    def stop(self) -> None:
        """The zygote ends its sessions and itself; where it does not, it is killed and the kernel ends them."""
        if self._greeted.is_set():  # before, it has no sessions and does not listen
            with contextlib.suppress(OSError):
                self._process.link.send(wire.Shutdown())
                self._process.wait(_END_SECONDS)
        self._process.kill()
        self._process.wait(_END_SECONDS)

    def _kill(self, number: int) -> None:
        try:
            self._process.link.send(wire.Kill(number))
        except OSError:
            self._process.kill()

    def _message(self, message: wire.Message) -> None:
        if isinstance(message, wire.Hello):
            self._hello = message
            self._greeted.set()
        elif isinstance(message, wire.Ended):
            self._endings.pop(message.session).set(message.status)

    def _end(self) -> None:
        self._greeted.set()
        for ending in list(self._endings.values()):
            ending.set(None)


class _Ending:
    """An exit status that will be known, unless the zygote ends first."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._status: int | None = None

    def set(self, status: int | None) -> None:
        self._status = status
        self._event.set()

    def wait(self, timeout: float) -> int | None:
        self._event.wait(timeout)
        return self._status


class Spawner:
    """Sessions that start an interpreter each: seconds, so that a spare one matters."""

    def __init__(self, interpreter: str, memory: int, runner: str) -> None:
        self._settings = (interpreter, memory, runner)
        self._processes: set[Process] = set()
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def alive(self) -> bool:
        """Always, until it is stopped."""
        return not self._stopped

    def open(self) -> Worker:
        """Start a process."""
        interpreter, memory, runner = self._settings
        with self._lock:
            if self._stopped:
                raise NotStarted(EngineState.STOPPED, "The engine was stopped.")
            process = Process(interpreter, "worker", memory, runner)
            self._processes = {p for p in self._processes if not p.link.ended.is_set()} | {process}
        return _Spawned(process, interpreter)

    def stop(self) -> None:
        """Kill all of them."""
        with self._lock:
            self._stopped = True
            processes, self._processes = self._processes, set()
        for process in processes:
            process.kill()
        for process in processes:
            process.wait(_END_SECONDS)


class _Spawned(Worker):
    def __init__(self, process: Process, interpreter: str) -> None:
        super().__init__(process.link, process.kill, lambda: process.wait(_END_SECONDS), process.errors)
        self._process = process
        self._interpreter = interpreter

    def greet(self, timeout: float) -> wire.Hello | None:
        return check(super().greet(timeout), self._process, self._interpreter, timeout)
