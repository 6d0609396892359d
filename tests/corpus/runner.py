"""Runs the worker on one file in a forked child, so that no program can change what the next one meets."""

from __future__ import annotations

import functools
import os
import pickle
import random
import signal
import traceback
from pathlib import Path
from typing import Any

import torch

from shapewright import plan, wire
from shapewright.source import SourceText
from shapewright.worker.run import execute

SECONDS = 60


class Crashed(Exception):
    """The worker ended without an answer."""


@functools.cache
def analyse(path: Path, roots: tuple[str, ...] = (), deadline: float = 30.0) -> wire.Trace:
    """What the worker says of a file, run as an analysis runs it. Raises Crashed."""
    source = SourceText(str(path), path.read_text(encoding="utf-8"))
    return apart(plan.build(source, {}, roots=roots or (str(path.parent),), deadline=deadline))


def apart(run: wire.Run) -> wire.Trace:
    """The answer to a run, made in a process of its own. Raises Crashed."""
    _warm()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(_answer(run), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    name = Path(run.entry).name
    if not data:
        raise Crashed(f"{name}: ended with status {status}")
    answer: Any = pickle.loads(data)
    if isinstance(answer, str):
        raise Crashed(f"{name}: {answer}")
    return answer


@functools.cache
def _warm() -> None:
    """Load what the first run on fakes loads lazily, once, before the children are forked."""
    torch.set_num_threads(1)  # a real operation in a forked child hangs where the parent used the thread pool
    path = Path(__file__).resolve().parents[2] / "examples" / "unet.py"
    execute(wire.Run(0, str(path), {}, (str(path.parent),)))


def _answer(run: wire.Run) -> wire.Trace | str:
    signal.alarm(SECONDS)
    random.seed(0)  # as at the start of every session: Python seeds it anew in each forked process
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        return execute(run)
    except BaseException:
        return traceback.format_exc(limit=-6)


def errors(trace: wire.Trace) -> list[wire.Failure]:
    """The failures that are errors on this machine: silent mistakes and what only happens on a GPU are warnings,
    and what has the cause of another failure is not shown."""
    return [f for f in trace.failures if f.kind == "error" and not {"conditional", "echo"} & set(f.facts)]
