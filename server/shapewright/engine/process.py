"""One worker process, started with the user's interpreter, and its private connection."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal, cast

from shapewright import wire
from shapewright.engine.link import Link, pair

_PACKAGE = Path(__file__).resolve().parent.parent
_BOOT = _PACKAGE / "worker" / "boot.py"
_KEPT_ERRORS = 1 << 16

_LAST_WORDS = 0.5
"""Seconds to wait for what a process wrote before it ended."""

Mode = Literal["zygote", "worker"]


class Process:
    """Starts in a thread of its own, which lives as long as the process: on Linux the worker dies with that thread."""

    def __init__(
        self,
        interpreter: str,
        mode: Mode,
        memory: int,
        runner: str = "",
        on_message: Callable[[wire.Message], None] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        self._interpreter = interpreter
        self._arguments = (mode, str(memory), runner)
        self.stream, self._theirs = pair()
        self.link = Link(self.stream, on_message, on_end)
        self.problem: OSError | None = None
        """Why it could not be started."""
        self._popen: subprocess.Popen[bytes] | None = None
        self._tail = Tail()
        self._lock = threading.Lock()
        self._killed = False
        self._done = threading.Event()
        threading.Thread(target=self._run, name=f"shapewright-{mode}", daemon=True).start()

    def kill(self) -> None:
        """End it now; nothing of it survives."""
        with self._lock:
            self._killed = True
            if self._popen is not None and self._popen.poll() is None:
                self._popen.kill()
        self.link.close()

    def wait(self, timeout: float) -> int | None:
        """Its exit code, or minus its signal; None where it still runs after `timeout` seconds or never started."""
        self._done.wait(timeout)
        return None if self._popen is None else self._popen.poll()

    def errors(self) -> str:
        """The last of what it wrote to stderr."""
        return self._tail.text()

    def _run(self) -> None:
        try:
            self._start()
        except OSError as error:
            self.problem = error
            self._close_theirs()
            self.link.close()
        self.link.pump()
        if self._popen is not None:
            self._popen.wait()
            self._tail.settle(_LAST_WORDS)
        self._done.set()

    def _start(self) -> None:
        mode, memory, runner = self._arguments
        options = _options(self._theirs)
        command = [self._interpreter, "-B", str(_BOOT), mode, *_pass(self._theirs), str(os.getpid()), memory, runner]
        with self._lock:
            if self._killed:
                raise OSError("stopped before it started")
            null, pipe = subprocess.DEVNULL, subprocess.PIPE
            env = environment(dict(os.environ), self._interpreter)
            arguments: dict[str, Any] = {"stdin": null, "stdout": null, "stderr": pipe, "env": env, **options}
            popen = cast("subprocess.Popen[bytes]", subprocess.Popen(command, **arguments))
            self._popen = popen
        self._close_theirs()
        assert popen.stderr is not None
        self._tail.follow(popen.stderr)

    def _close_theirs(self) -> None:
        for descriptor in set(self._theirs):
            with contextlib.suppress(OSError):
                os.close(descriptor)


class Tail:
    """The last bytes of a stream that somebody else writes, however much it is."""

    def __init__(self) -> None:
        self._kept = b""
        self._reader: threading.Thread | None = None

    def follow(self, stream: IO[bytes]) -> None:
        """Read `stream` to its end in a thread."""
        self._reader = threading.Thread(target=self._read, args=(stream,), name="shapewright-stderr", daemon=True)
        self._reader.start()

    def settle(self, timeout: float) -> None:
        """Wait for the end of the stream; a process that was left behind may keep it open for longer."""
        if self._reader is not None:
            self._reader.join(timeout)

    def text(self) -> str:
        """What was kept."""
        return self._kept.decode(errors="replace")

    def _read(self, stream: IO[bytes]) -> None:
        with stream, contextlib.suppress(OSError, ValueError):
            while chunk := os.read(stream.fileno(), _KEPT_ERRORS):
                self._kept = (self._kept + chunk)[-_KEPT_ERRORS:]


def environment(ours: dict[str, str], interpreter: str) -> dict[str, str]:
    """The environment of a worker: the user's, without what leads to the server's own libraries."""
    theirs = dict(ours)
    if interpreter != sys.executable:
        theirs.pop("PYTHONHOME", None)
    theirs.pop("__PYVENV_LAUNCHER__", None)
    theirs.pop("PYTHONINSPECT", None)
    if "PYTHONPATH" in theirs:
        entries = theirs["PYTHONPATH"].split(os.pathsep)
        kept = [
            entry for entry in entries if not os.path.isfile(os.path.join(entry, _PACKAGE.name, "wire", "__init__.py"))
        ]
        theirs["PYTHONPATH"] = os.pathsep.join(kept)
    # Sets of strings have the same order in every session, and breakpoint() stops nothing.
    theirs |= {"PYTHONHASHSEED": "0", "PYTHONBREAKPOINT": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return theirs


def _pass(descriptors: tuple[int, int]) -> list[str]:
    if sys.platform != "win32":
        return [str(descriptor) for descriptor in descriptors]
    import msvcrt

    return [str(msvcrt.get_osfhandle(descriptor)) for descriptor in descriptors]


def _options(descriptors: tuple[int, int]) -> dict[str, Any]:
    if sys.platform != "win32":
        # A session of its own: Ctrl-C in a terminal is for the command line, not for the worker.
        return {"pass_fds": tuple(set(descriptors)), "start_new_session": True}
    import msvcrt

    handles = [msvcrt.get_osfhandle(descriptor) for descriptor in descriptors]
    for handle in handles:
        os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
    return {"startupinfo": startup, "creationflags": subprocess.CREATE_NO_WINDOW, "close_fds": True}
