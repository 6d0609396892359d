"""A session in a process of its own: where there is no fork, or where a setting says so."""

from __future__ import annotations

import os

from shapewright.worker import greeting, guardian, warm
from shapewright.worker.channel import Channel

_leave = os._exit  # a session puts another function in its place


def serve(reader: int, writer: int, parent: int, memory: int, runner: str) -> None:
    """Until `Shutdown`, or the server is gone."""
    channel = Channel(reader, writer)
    hello = greeting.greet()
    if hello.torch is None:
        channel.send(hello)
        return
    from shapewright.worker import session  # needs torch

    warm.warm()
    prepared = session.prepare(runner)
    warm.freeze()
    guardian.watch(parent)
    session.serve(channel, hello, prepared, memory, runner)
    _leave(0)
