"""The worker's end of its private connection to the server: wire messages, one a line."""

from __future__ import annotations

import os

from shapewright import wire

_CHUNK = 1 << 16


class Channel:
    """Messages over two descriptors, which may be the same one. Never 0 or 1: user code prints there."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader = reader
        self.writer = writer
        self._rest = b""

    def receive(self) -> wire.Message | None:
        """The next message. None when the server is gone, or when user code closed the connection."""
        while b"\n" not in self._rest:
            try:
                chunk = os.read(self.reader, _CHUNK)
            except OSError:
                return None
            if not chunk:
                return None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return wire.decode(line)

    def send(self, message: wire.Message) -> None:
        """Raises OSError where the connection is gone."""
        data = memoryview(wire.encode(message))
        while data:
            data = data[os.write(self.writer, data) :]
