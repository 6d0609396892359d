"""A session in a process of its own: where there is no fork, or where a setting says so."""

from __future__ import annotations

import os

from shapewright.worker import greeting, guardian, session, warm
from shapewright.worker.channel import Channel


def serve(reader: int, writer: int, parent: int, memory: int, runner: str) -> None:
    """Until `Shutdown`, or the server is gone."""
    channel = Channel(reader, writer)
    hello = greeting.greet()
    if hello.torch is None:
        channel.send(hello)
        return
    warm.warm()
    session.preload(runner)
    guardian.watch(parent)
    session.serve(channel, hello, memory, runner)
    os._exit(0)
