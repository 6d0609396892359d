"""An audit hook: refuses in Python, with a clear text, what the kernel refuses below.

Alone it leaks: C++ code such as torch.save writes without telling it. It is the only layer where there is no other.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_FILES = ("remove", "rename", "rmdir", "mkdir", "symlink", "link", "chmod", "chown", "chflags", "truncate", "utime")
_ATTRIBUTES = ("setxattr", "removexattr")
_PROCESSES = ("system", "exec", "posix_spawn", "spawn", "fork", "forkpty", "kill", "killpg", "startfile", "startfile/2")
_SOCKETS = ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr", "sethostname")
_REGISTRY = ("CreateKey", "DeleteKey", "DeleteValue", "SetValue", "SaveKey", "LoadKey", "ConnectRegistry")

REFUSED = {
    **{f"os.{name}": "changes a file" for name in (*_FILES, *_ATTRIBUTES)},
    **{f"os.{name}": "starts or signals a process" for name in _PROCESSES},
    **{f"socket.{name}": "uses the network" for name in _SOCKETS},
    **{f"winreg.{name}": "changes the registry" for name in _REGISTRY},
    "subprocess.Popen": "starts a process",
    "_winapi.CreateProcess": "starts a process",
    "pty.spawn": "starts a process",
    "webbrowser.open": "starts a browser",
    "syslog.syslog": "writes to the system log",
}
"""Audit events that are refused, and what such code does."""


def apply() -> bool:
    """Install the hook. Like every audit hook it cannot be taken away."""
    sys.addaudithook(_hook)
    return True


def _hook(
    event: str,
    arguments: tuple[Any, ...],
    # Bound here, so that user code that rebinds names of this module changes nothing.
    refused: dict[str, str] = REFUSED,
    writing: int = _WRITING,
    devnull: tuple[str, bytes] = (os.devnull, os.devnull.encode()),
    error: type[PermissionError] = PermissionError,
    number: int = errno.EPERM,
    frame: Any = sys._getframe,
) -> None:
    if event == "open":
        path, mode, flags = arguments
        changes = (isinstance(flags, int) and flags & writing) or (
            isinstance(mode, str) and not {"w", "a", "x", "+"}.isdisjoint(mode)
        )
        # A number is a descriptor that is open already.
        if changes and not isinstance(path, int) and getattr(path, "__fspath__", lambda: path)() not in devnull:
            raise error(number, "the sandbox of the analysis refuses to write", path)
    elif event in refused:
        if event.startswith("socket.") and frame(1).f_code.co_name in ("socketpair", "_fallback_socketpair"):
            return  # Windows makes pairs of sockets out of a connection to itself; asyncio needs one
        raise error(number, f"the sandbox of the analysis refuses code that {refused[event]}: {event}")
