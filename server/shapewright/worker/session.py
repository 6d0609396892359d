"""The loop of one session: runs come in, traces go out, and between two runs the interpreter is as it was before."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable

from shapewright import wire
from shapewright.worker.channel import Channel

Execute = Callable[[wire.Run], wire.Trace]


def load(runner: str) -> Execute:
    """The analysis, or the `execute` of another file."""
    if not runner:
        return importlib.import_module("shapewright.worker.run").execute
    name = "shapewright.worker.runner"
    module = sys.modules.get(name)
    if module is None:
        spec = importlib.util.spec_from_file_location(name, runner)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module.execute


def preload(runner: str) -> None:
    """Import the analysis before sessions are forked. Should that fail, each run will say why."""
    with contextlib.suppress(Exception):
        load(runner)


def serve(channel: Channel, hello: wire.Hello, memory: int, runner: str) -> None:
    """Until `Shutdown`, or the server is gone."""
    channel.send(dataclasses.replace(hello, pid=os.getpid()))
    while True:
        message = channel.receive()
        if message is None or isinstance(message, wire.Shutdown):
            return
        if isinstance(message, wire.Run):
            channel.send(_answer(message, runner))


def _answer(run: wire.Run, runner: str) -> wire.Trace | wire.Fault:
    try:
        return load(runner)(run)
    except BaseException:  # our own mistake, or an exit of user code that nothing caught
        return wire.Fault(run.id, "internal", traceback.format_exc(limit=-20))
