"""What user code cannot do: change files, use the network, start or signal processes. Reading and threads are free.

Each layer refuses with PermissionError. `apply` is called once in each session, before user code; it cannot be undone.
"""

from __future__ import annotations

import ctypes
import os
import sys

from shapewright.worker.sandbox import audit, devnull, landlock, limits, seatbelt, seccomp


def apply(memory: int, channel: tuple[int, ...] = (), *, use_landlock: bool = True) -> tuple[str, ...]:
    """The names of the layers that hold. `channel`: descriptors that user code cannot close.

    `seccomp` or `seatbelt` among them means that the kernel enforces it.
    """
    applied: list[str] = []
    if limits.apply(memory):
        applied.append("rlimits")
    if use_landlock and landlock.apply():
        applied.append("landlock")
    refuse_writing = "landlock" not in applied
    if sys.platform == "linux" and refuse_writing:
        devnull.apply()
    if seccomp.apply(channel, refuse_writing=refuse_writing):
        applied.append("seccomp")
    if seatbelt.apply():
        applied.append("seatbelt")
    # Asked before the audit hook is there, which would answer in the kernel's place.
    if not _holds():
        applied = [name for name in applied if name == "rlimits"]
    if audit.apply():
        applied.append("audit")
    return tuple(applied)


def _holds() -> bool:
    """Whether the kernel really refuses: tried on things that would do no harm."""
    if sys.platform == "win32":
        return False
    import socket

    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
        if sys.platform != "linux":  # macOS makes the socket and refuses to use it
            raise PermissionError
        return False
    except PermissionError:
        pass
    path = b"/proc/self/comm" if sys.platform == "linux" else os.fsencode(__file__)
    descriptor = ctypes.CDLL(None, use_errno=True).open(path, os.O_WRONLY)
    if descriptor >= 0:
        os.close(descriptor)
    return descriptor < 0
