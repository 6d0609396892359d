"""The process from which sessions are forked: torch imported and warmed, no user code ever run in it.

It answers to `Fork` and `Kill` on its control socket and says `Ended` for each session that is gone. It alone kills and
reaps its children, so that a process id is never used after its owner died. When the server is gone it ends, and the
kernel ends the sessions with it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable

from shapewright import wire
from shapewright.worker import greeting, guardian, warm
from shapewright.worker.channel import Channel

_CHUNK = 1 << 16
_leave = os._exit  # a session puts another function in its place


def serve(control_fd: int, parent: int, memory: int, runner: str) -> None:
    """Until `Shutdown`, or the server is gone."""
    with socket.socket(fileno=control_fd) as control:
        hello = greeting.greet()
        control.sendall(wire.encode(hello))
        if hello.torch is None:
            return
        from shapewright.worker import session  # needs torch

        warm.warm()
        prepared = session.prepare(runner)
        warm.freeze()
        Zygote(control, lambda channel: session.serve(channel, hello, prepared, memory, runner)).loop()


class Zygote:
    """Sessions by the number that the server gave them. `session` is what a child does."""

    def __init__(self, control: socket.socket, session: Callable[[Channel], None]) -> None:
        self._control = control
        self._session = session
        self._children: dict[int, int] = {}
        self._rest = b""
        self._descriptors: list[int] = []
        self._wake = (-1, -1)

    def loop(self) -> None:
        """Serve requests; a dead child wakes it through SIGCHLD."""
        reader, writer = self._wake = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        signal.signal(signal.SIGCHLD, _nothing)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            while True:
                ready, _, _ = select.select([self._control, reader], [], [])
                if reader in ready:
                    with contextlib.suppress(BlockingIOError):
                        os.read(reader, _CHUNK)
                    self._reap()
                if self._control in ready and not self._receive():
                    return
        except OSError:  # the server is gone in the middle of an answer
            return
        finally:
            for pid in self._children.values():
                os.kill(pid, signal.SIGKILL)
            for pid in self._children.values():
                os.waitpid(pid, 0)

    def _receive(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, _CHUNK, 16)
        if not data:
            return False
        self._descriptors += descriptors
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            message = wire.decode(line)
            if isinstance(message, wire.Shutdown):
                return False
            if isinstance(message, wire.Fork):
                self._fork(message.session, self._descriptors.pop(0))
            elif isinstance(message, wire.Kill) and message.session in self._children:
                os.kill(self._children[message.session], signal.SIGKILL)
        return True

    def _reap(self) -> None:
        for number, pid in list(self._children.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                del self._children[number]
                self._control.sendall(wire.encode(wire.Ended(number, os.waitstatus_to_exitcode(status))))

    def _fork(self, number: int, descriptor: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._children[number] = pid
            os.close(descriptor)
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            guardian.die_with(parent, direct=True)
            self._control.close()
            for unneeded in (*self._wake, *self._descriptors):
                os.close(unneeded)
            self._session(Channel(descriptor, descriptor))
            status = 0
        finally:
            # Without the interpreter's own ending: threads and atexit functions of user code would run.
            _leave(status)


def _nothing(number: int, frame: object) -> None:
    """Only wakes the loop: a signal without a handler of its own would not."""
