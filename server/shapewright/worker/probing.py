"""Probing runs: call something on given inputs only to learn how far it gets. Nothing is recorded, repaired or reported."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from shapewright.worker.info import no_dispatch
from shapewright.worker.state import State


class Stop(BaseException):
    """The first failure of a probing run. No `Exception`: nothing on the way may catch it."""

    def __init__(self, error: BaseException, func: Any = None, shapes: tuple[tuple[int, ...], ...] = (), dtypes: tuple[Any, ...] = ()) -> None:
        super().__init__(str(error))
        self.error, self.func, self.shapes, self.dtypes = error, func, shapes, dtypes


@dataclass(frozen=True)
class Probe:
    """How a probing run went. `progress` counts the torch calls before the failure."""

    passed: bool
    progress: int
    stop: Stop | None = None
    output: Any = None


def probe(state: State, call: Callable[[], Any]) -> Probe:
    """Run `call` until its first failure."""
    before = state.operations
    with probing(state):
        try:
            output = call()
        except Stop as stop:
            return Probe(False, state.operations - before, stop)
        except Exception as error:
            return Probe(False, state.operations - before, Stop(error))
        except RecursionError as error:
            return Probe(False, state.operations - before, Stop(error))
    return Probe(True, state.operations - before, None, output)


@contextlib.contextmanager
def probing(state: State) -> Iterator[None]:
    """The state of a probing run."""
    outer, state.probing = state.probing, True
    try:
        yield
    finally:
        state.probing = outer


def stop_at(error: BaseException, func: Any, tensors: list[torch.Tensor]) -> Stop:
    """The end of a probing run at a failing torch call."""
    with no_dispatch():
        return Stop(error, func, tuple(tuple(int(s) for s in t.shape) for t in tensors), tuple(t.dtype for t in tensors))
