"""The server must not outlive the editor that started it."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable

_SECONDS = 3.0


def watch(process: int, close: Callable[[], None]) -> None:
    """End this process once `process` is gone. One that cannot be seen now, in another container, is not watched."""
    if is_alive(process):
        threading.Thread(target=_watch, args=(process, close), daemon=True, name="parent").start()


def _watch(process: int, close: Callable[[], None]) -> None:
    while is_alive(process):
        time.sleep(_SECONDS)
    threading.Timer(_SECONDS, os._exit, (1,)).start()
    try:
        close()
    finally:
        os._exit(1)


def is_alive(process: int) -> bool:
    """Whether a process runs."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's, but there
        return True
    return True


def _is_alive_on_windows(process: int) -> bool:
    synchronize, timeout = 0x00100000, 0x00000102
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (the attribute exists on Windows only)
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)
