"""The server's end of a connection to a worker: a thread reads what comes, callers wait for it with a deadline."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from shapewright import wire

_CHUNK = 1 << 16
_SEND_SECONDS = 10


class Stream(Protocol):
    """Bytes both ways."""

    def read(self) -> bytes:
        """What has come; empty at the end. Blocks."""
        ...

    def write(self, data: bytes) -> None:
        """All of `data`, or OSError."""
        ...

    def close(self) -> None:
        """End both ways, and wake a blocked reader."""
        ...

    def release(self) -> None:
        """Give the descriptors back, when nobody reads any more."""
        ...


class SocketStream:
    """A connected Unix socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        # A worker that hangs does not read: never wait for it longer than this.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))

    def read(self) -> bytes:
        """What has come; empty at the end. Blocks."""
        return self.socket.recv(_CHUNK)

    def write(self, data: bytes) -> None:
        """Send all of it, or raise OSError."""
        self.socket.sendall(data)

    def close(self) -> None:
        """End both ways, and wake a blocked reader."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Give the descriptors back."""
        self.socket.close()


class PipeStream:
    """Two pipes, where there are no Unix sockets."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader = reader
        self._writer = writer

    def read(self) -> bytes:
        """What has come; empty at the end. Blocks."""
        return os.read(self._reader, _CHUNK)

    def write(self, data: bytes) -> None:
        """Send all of it, or raise OSError."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._writer, view) :]

    def close(self) -> None:
        """End both ways, and wake a blocked reader."""
        writer, self._writer = self._writer, -1
        with contextlib.suppress(OSError):
            os.close(writer)

    def release(self) -> None:
        """Give the descriptors back."""
        self.close()
        os.close(self._reader)


def pair() -> tuple[Stream, tuple[int, int]]:
    """A stream, and the reading and the writing descriptor of its other end, which belong to the caller."""
    if sys.platform != "win32":
        ours, theirs = socket.socketpair()
        descriptor = theirs.detach()
        return SocketStream(ours), (descriptor, descriptor)
    their_reader, our_writer = os.pipe()
    our_reader, their_writer = os.pipe()
    return PipeStream(our_reader, our_writer), (their_reader, their_writer)


class Link:
    """Messages over a stream. `on_message` is called in the reading thread; without it, messages wait for `receive`."""

    def __init__(
        self,
        stream: Stream,
        on_message: Callable[[wire.Message], None] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        self._stream = stream
        self._queue: queue.SimpleQueue[wire.Message | str | None] = queue.SimpleQueue()
        self._on_message = on_message or self._queue.put
        self._on_end = on_end
        self.ended = threading.Event()
        self.nonsense = ""
        """What came that was no message of ours, if anything."""

    def start(self) -> None:
        """Read in a thread of its own."""
        threading.Thread(target=self.pump, name="shapewright-link", daemon=True).start()

    def pump(self) -> None:
        """Read until the end."""
        try:
            self._read()
        finally:
            self.ended.set()
            self._stream.release()
            self._queue.put(None)
            if self._on_end is not None:
                self._on_end()

    def _read(self) -> None:
        rest: list[bytes] = []
        with contextlib.suppress(OSError):
            while chunk := self._stream.read():
                head, newline, tail = chunk.partition(b"\n")
                while newline:
                    try:
                        message = wire.decode(b"".join((*rest, head)))
                    except ValueError as error:
                        self.nonsense = str(error)
                        return
                    self._on_message(message)
                    rest = []
                    head, newline, tail = tail.partition(b"\n")
                rest.append(head)

    def send(self, message: wire.Message) -> None:
        """Raises OSError where the other side is gone or does not read."""
        self._stream.write(wire.encode(message))

    def receive(self, timeout: float) -> wire.Message | str | None:
        """The next message, a word of `interrupt`, or None at the end. Raises queue.Empty after `timeout` seconds."""
        return self._queue.get(timeout=max(timeout, 0.0))

    @property
    def waiting(self) -> bool:
        """Whether something came that nobody has received yet."""
        return not self._queue.empty()

    def interrupt(self, word: str) -> None:
        """Wake the caller of `receive`."""
        self._queue.put(word)

    def close(self) -> None:
        """End the connection and wake everybody who waits for it."""
        self._queue.put(None)
        self._stream.close()
