"""Probing runs: call something only to learn how far it gets. Nothing is recorded, repaired or reported."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import torch

from shapewright.worker.info import info_of, no_dispatch
from shapewright.worker.sites import Where
from shapewright.worker.state import OutOfTime, State

LONGEST = 4.0
"""Seconds of processor time that one probing run may take."""
Place = tuple[str, Where | None]


class Stop(BaseException):
    """The first failure of a probing run. No `Exception`: nothing on the way may catch it.

    `func` is the torch function, or the module of the library, that refused `given` and `named`; None where Python
    itself raised.
    """

    def __init__(
        self,
        error: BaseException,
        func: Any = None,
        tensors: tuple[torch.Tensor, ...] = (),
        given: Any = (),
        named: Any = None,
        place: Place | None = None,
    ) -> None:
        super().__init__(str(error))
        self.error, self.func, self.tensors, self.place = error, func, tensors, place
        self.given, self.named = given, named or {}
        with no_dispatch():
            self.shapes = tuple(
                tuple(int(s) for s in t.shape) if "Uninit" not in type(t).__name__ else () for t in tensors
            )
            self.dtypes = tuple(t.dtype for t in tensors)


@dataclass(frozen=True)
class Probe:
    """How a probing run went. `progress` counts the distinct torch calls that passed before the failure."""

    passed: bool
    progress: int
    stop: Stop | None = None
    output: Any = None
    watch: Watch | None = None

    @property
    def reach(self) -> tuple[int, int]:
        """How far the run got: by torch calls, then by lines."""
        at = self.stop.place[1] if self.stop is not None and self.stop.place is not None else None
        return self.progress, at[0] if at is not None else 0


@dataclass
class Watch:
    """What one probing run has seen of the torch calls.

    `paths`: the arguments among the tensors. `roots`: the arguments that a tensor was computed from. `layered`: tensors
    behind a layer with weights. `alike`: tensors that are an argument up to elementwise changes. `fed`: arguments that
    a layer with weights has taken. `trail`: the calls in order.
    `vague`: a call failed on a shape that a repair before it left open, so that to come to the end says nothing.
    """

    paths: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    roots: dict[int, frozenset[Any]] = field(default_factory=dict)
    layered: set[int] = field(default_factory=set)
    alike: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    fed: set[Any] = field(default_factory=set)
    seen: set[Any] = field(default_factory=set)
    trail: list[Any] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    vague: bool = False

    def argument(self, path: tuple[Any, ...], tensor: torch.Tensor) -> None:
        """A tensor of the arguments."""
        self.paths[id(tensor)] = self.alike[id(tensor)] = path
        self.roots[id(tensor)] = frozenset((path,))
        self.kept.append(tensor)

    def passed(self, func: Any, tensors: list[torch.Tensor], result: Any) -> None:
        """A call that came to its end."""
        weights = [t for t in tensors if isinstance(t, torch.nn.Parameter)]
        roots: frozenset[Any] = frozenset()
        layered = bool(weights)
        for tensor in tensors:
            found = self.roots.get(id(tensor))
            if found is not None:
                roots |= found
                layered = layered or id(tensor) in self.layered
                if weights and id(tensor) not in self.layered:
                    self.fed |= found
        results = [
            r for r in (result if isinstance(result, (tuple, list)) else (result,)) if isinstance(r, torch.Tensor)
        ]
        paths = {self.alike.get(id(t)) for t in tensors} if len(results) == 1 else set()
        alike = paths.pop() if len(paths) == 1 else None
        for item in results:
            known = self.roots.get(id(item))
            self.roots[id(item)] = roots if known is None else known | roots
            if layered:
                self.layered.add(id(item))
            if alike is not None and _same_shape(item, tensors[0]):
                self.alike[id(item)] = alike
        self.kept.append(result)
        node = info.node if results and (info := info_of(results[0])) is not None else None
        self.seen.add((func, node.where if node is not None else None, id(weights[0]) if weights else 0))
        self.trail.append(func)


def _same_shape(a: torch.Tensor, b: torch.Tensor) -> bool:
    with no_dispatch():
        return a.shape == b.shape


def tensors_in(value: Any, depth: int = 3) -> list[torch.Tensor]:
    """The tensors among arguments, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if not depth:
        return []
    if isinstance(value, (tuple, list)):
        return [t for item in value[:256] for t in tensors_in(item, depth - 1)]
    if isinstance(value, dict):
        return [t for item in value.values() for t in tensors_in(item, depth - 1)]
    return []


def refused(error: BaseException, func: Any, args: Any, kwargs: Any, place: Place | None) -> Stop:
    """The end of a probing run at a torch call, or a module of the library, that raised."""
    tensors = tensors_in((args, kwargs))
    if isinstance(func, torch.nn.Module):
        tensors += func.parameters(recurse=False)
    return Stop(error, func, tuple(tensors), args, kwargs, place)


def probe(state: State, call: Callable[[], Any], watch: Watch | None = None) -> Probe:
    """Run `call` until its first failure."""
    watch = watch if watch is not None else Watch()
    called = set(state.called)
    try:
        with state.within(LONGEST), probing(state, watch):
            output = call()
    except Stop as stop:
        return Probe(False, len(watch.seen), stop, None, watch)
    except OutOfTime as error:
        state.check_time()
        return Probe(False, len(watch.seen), Stop(error), None, watch)
    except BaseException as error:
        return Probe(False, len(watch.seen), Stop(error, place=_raised_at(state, error)), None, watch)
    finally:
        state.called = called
    return Probe(True, len(watch.seen), None, output, watch)


def _raised_at(state: State, error: BaseException) -> Place | None:
    traceback, found = error.__traceback__, None
    while traceback is not None:
        if state.places.is_workspace(traceback.tb_frame):
            where = state.places.raw(traceback.tb_frame, traceback.tb_lasti)
            found = (traceback.tb_frame.f_code.co_filename, where) if where is not None else found
        traceback = traceback.tb_next
    return found


@contextlib.contextmanager
def probing(state: State, watch: Watch | None = None) -> Generator[None]:
    """The state of a probing run."""
    outer = state.probing, state.watch
    state.probing, state.watch = True, watch
    try:
        yield
    finally:
        state.probing, state.watch = outer


__all__ = ["Place", "Probe", "Stop", "Watch", "probe", "probing", "refused", "tensors_in"]
