"""Runs of one module on other sizes, each once, within a budget. Nothing of them is recorded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import torch

from shapewright.worker.contracts.ranges import Unsure
from shapewright.worker.contracts.subject import Slot, Subject
from shapewright.worker.info import is_soft
from shapewright.worker.probing import Probe, Stop, Watch, probe, tensors_in
from shapewright.worker.state import OutOfTime, Sighted, State
from shapewright.worker.targets.search import kept
from shapewright.worker.unknown import is_unknown

LONGEST, FACTOR = 1.0, 12.0
"""Seconds that one run may take, or so many times what the first one took: what is larger is not tried."""


class Blind(Watch):
    """Sees nothing and keeps nothing alive."""

    def argument(self, path: tuple[Any, ...], tensor: torch.Tensor) -> None:
        """Not kept."""

    def passed(self, func: Any, tensors: list[torch.Tensor], result: Any) -> None:
        """Not kept."""


class Asker:
    """`seconds` of processor time for one subject."""

    def __init__(self, state: State, subject: Subject, seconds: float) -> None:
        self.state, self.subject = state, subject
        self.until = time.process_time() + seconds
        self.spent = False
        self.longest = LONGEST
        self._known: dict[Any, Probe] = {}

    def more(self, seconds: float) -> None:
        """From now on so much time."""
        self.until, self.spent = time.process_time() + seconds, False

    @contextlib.contextmanager
    def share(self, others: int) -> Generator[None]:
        """No more of the time that is left than an equal part, where `others` want some too."""
        whole = self.until
        now = time.process_time()
        self.until = now + max(whole - now, 0.0) / (others + 1)
        try:
            yield
        finally:
            self.spent = self.spent and time.process_time() > whole
            self.until = whole

    def run(self, sizes: Mapping[Slot, int], training: bool) -> Probe:
        """The run on these sizes. Unsure where it is not known how it ends."""
        key = (training, tuple(sorted(sizes.items(), key=repr)))
        if key not in self._known:
            self._known[key] = self._fresh(sizes, training)
        found = self._known[key]
        if found.stop is not None and isinstance(found.stop.error, (OutOfTime, MemoryError)):
            raise Unsure
        if found.watch is not None and found.watch.vague:
            raise Unsure
        return found

    def passes(self, sizes: Mapping[Slot, int], training: bool) -> bool:
        """Whether it runs to its end."""
        return self.run(sizes, training).passed

    def sighted(self, sizes: Mapping[Slot, int], training: bool) -> Sighted:
        """The shapes that were seen at each place on the way."""
        self.state.sighted = {}
        try:
            self._fresh(sizes, training)
            return self.state.sighted
        finally:
            self.state.sighted = None

    def is_certain(self, found: Probe) -> bool:
        """Whether what came out is no guess."""
        values = list(found.output) if isinstance(found.output, (tuple, list)) else [found.output]
        return not any(is_unknown(v) for v in values) and not any(is_soft(t) for t in tensors_in(found.output))

    def once(self, sizes: Mapping[Slot, int], training: bool, *modes: AbstractContextManager[Any]) -> Probe:
        """A run within some modes, its inputs made outside of them. It is not remembered: nothing of it stays alive."""
        return self._fresh(sizes, training, modes)

    def _fresh(
        self, sizes: Mapping[Slot, int], training: bool, modes: tuple[AbstractContextManager[Any], ...] = ()
    ) -> Probe:
        self.state.check_time()
        if time.process_time() > self.until:
            self.spent = True
            raise Unsure
        state, holder = self.state, self.subject.holder
        state.hasty = bool(self._known)
        began = time.process_time()
        try:
            with state.within(self.longest), kept(holder), contextlib.ExitStack() as stack:
                for module in holder.modules():
                    module.training = training
                args, kwargs = self.subject.inputs(sizes)
                for mode in modes:
                    stack.enter_context(mode)
                made = probe(state, lambda: self.subject.call(*args, **kwargs), Blind())
            if not self._known:
                self.longest = max(LONGEST, FACTOR * (time.process_time() - began))
            return made
        except OutOfTime as error:
            state.check_time()
            return Probe(False, 0, Stop(error))
        finally:
            state.hasty = False
