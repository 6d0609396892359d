"""The protocol's two pipes, out of reach of everything else: a `print` must not end up between two messages."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from io import BufferedIOBase
from typing import Any, BinaryIO


def take() -> tuple[BinaryIO, BinaryIO]:
    """Move stdin and stdout away. From now on stdin is empty, and what is printed goes to stderr, the editor's log."""
    # Duplicates are not inherited by child processes.
    reader, writer = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        runtime: Any = importlib.import_module("msvcrt")
        for descriptor in (reader, writer):
            runtime.setmode(descriptor, os.O_BINARY)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdin = open(os.devnull)  # noqa: SIM115 (it stays open as long as the process lives)
    sys.stdout = sys.stderr
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


class UntilEnd(BufferedIOBase):
    """A pipe that says when its other side is gone."""

    def __init__(self, pipe: BinaryIO, ended: Callable[[], None]) -> None:
        self._pipe = pipe
        self._ended = ended

    def readline(self, size: int | None = -1, /) -> bytes:
        """A line, or nothing at the end."""
        return self._told(self._pipe.readline(-1 if size is None else size))

    def read(self, size: int | None = -1, /) -> bytes:
        """Some bytes, or nothing at the end."""
        return self._told(self._pipe.read(-1 if size is None else size))

    def _told(self, data: bytes) -> bytes:
        if not data:
            self._ended()
        return data
