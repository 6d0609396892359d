"""A worker never outlives the server, whatever user code is doing."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_leave = os._exit  # a session puts another function in its place


def die_with(parent: int, *, direct: bool = False) -> None:
    """Linux: the kernel ends this process when the thread that started it ends. Elsewhere `watch` does.

    `direct`: nothing stands between the two. Otherwise a wrapper script may have started this interpreter.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() == parent:
        return
    try:
        os.kill(parent, 0)
    except ProcessLookupError:
        _leave(1)  # it ended before the kernel was told
    except PermissionError:
        pass
    if direct:
        _leave(1)


def watch(parent: int) -> None:
    """Where the kernel does not do it: a daemon thread that ends this process when the server is gone."""
    platform: str = sys.platform
    if platform == "linux":
        return
    waiter = _wait_windows if platform == "win32" else _wait_posix
    threading.Thread(target=waiter, args=(parent,), name="shapewright-guardian", daemon=True).start()


def _wait_posix(parent: int) -> None:
    parent = os.getppid() if os.getppid() != 1 else parent  # a wrapper script may stand between the two
    while os.getppid() == parent:
        time.sleep(0.5)
    _leave(1)


def _wait_windows(parent: int) -> None:
    import ctypes

    synchronize, infinite = 0x00100000, 0xFFFFFFFF
    with contextlib.suppress(OSError):
        kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows only
        handle = kernel.OpenProcess(synchronize, False, parent)
        if handle:
            kernel.WaitForSingleObject(handle, infinite)
    _leave(1)
