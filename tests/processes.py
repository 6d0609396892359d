"""The processes of this machine, as /proc shows them. Any of them may end while it is looked at."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in file.read_text().split()]
    return found


def workers_below(pid: int) -> list[int]:
    """Every process below one that runs our worker, parents first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children(waiting.pop(0))
        found += below
        waiting += below
    return [pid for pid in found if b"boot.py" in _command(pid)]


def gone(pids: Iterable[int], patience: float = 120.0) -> bool:
    """Whether processes end in time; those that only wait to be reaped have."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if all(_state(pid) in ("", "Z") for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""
