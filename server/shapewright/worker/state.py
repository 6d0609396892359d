"""What one run has learned so far. Plain data; the hooks, the tracer and the reporter write to it."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Literal
from weakref import WeakKeyDictionary, WeakSet

from shapewright import wire
from shapewright.worker.frames import Places
from shapewright.worker.info import Node
from shapewright.worker.sites import Where

Sighted = dict[tuple[str, Where], list[tuple[int, ...]]]
"""The shapes of the tensors at each place, in the order of execution."""


BY_THE_CLOCK = 4.0


class OutOfTime(BaseException):
    """The run's budget is used up. No `Exception`: user code must not catch it."""


@dataclass
class State:
    """One run. `asked_for_gpu`: the program asks whether there is a GPU, so what happens on one happens only there.

    `watch` is told of every torch call that passed, and so is `graphs`, where the graphs of models
    are wanted. `accepted`: the places of the failures that may be reported, and that a probing run goes past; None
    where every failure may be. `held`: silent mistakes that are not sure yet, by place. `converted`: parameters were
    replaced by others of another dtype, which no optimizer knows. `sighted`: where a probing run leaves the shapes that
    it sees; None where nobody asks. `contracts` collects the calls that contracts are made of, where they are wanted.
    `hasty`: only sizes differ from a run in which the oracle was asked, so it is left alone where dtypes are plain.
    `limit`: seconds that it may take; `until`: the processor time at which an attempt within it ends.
    `steps`: how often an optimizer stepped. `default_device`: the logical device of
    tensors made with no word of one, and `default_type` that of `torch.Tensor(…)`. `refusals`: the
    calls that failed, reported or not. `doubts`: what ended with an exception and is not sure enough to be reported.
    `skipped`: how often a loader left batches out.

    For silent mistakes: `batches`: what a loader put together; `calls`: how often each module was called,
    `learning` those that were called in the mode for training with gradients;
    `differentiated`: what went backward; `wants_double`: the program asks for float64, and `doubled` became it though
    nobody did; `evaluates`: the program knows the mode for use, and where it does not, `untold` are calls of models by
    place, `in_training` what their dropouts and norms were given, `judged` those whose result was compared.
    """

    places: Places = field(default_factory=Places)
    limit: float = 20.0
    started: float = field(default_factory=time.monotonic)
    until: float = math.inf
    operations: int = 0
    evidence: Literal["script", "declared", "inferred"] = "script"
    source: str = "script"
    target: str = ""
    declared: wire.Span | None = None
    quiet: int = 0
    probing: bool = False
    watch: Any = None
    graphs: Any = None
    accepted: set[Any] | None = None
    symbols: dict[int, str] = field(default_factory=dict)
    failures: list[wire.Failure] = field(default_factory=list)
    reported: set[Any] = field(default_factory=set)
    causes: dict[Any, Any] = field(default_factory=dict)
    handled: set[int] = field(default_factory=set)
    kept_errors: list[BaseException] = field(default_factory=list)
    values: list[wire.ValueFact] = field(default_factory=list)
    seen: dict[str, list[Any]] = field(default_factory=dict)
    births: WeakKeyDictionary[Any, wire.Span] = field(default_factory=WeakKeyDictionary)
    declarations: WeakKeyDictionary[Any, wire.Span] = field(default_factory=WeakKeyDictionary)
    doubtful: list[FrameType] = field(default_factory=list)
    good: dict[Any, Any] = field(default_factory=dict)
    verdicts: dict[Any, Any] = field(default_factory=dict)
    branches: dict[Any, Any] = field(default_factory=dict)
    called: set[type] = field(default_factory=set)
    training_events: int = 0
    refusals: int = 0
    doubts: dict[wire.Doubt, None] = field(default_factory=dict)
    skipped: int = 0
    asked_for_gpu: bool = False
    default_device: str | None = None
    default_type: str | None = None
    gradients_missing: bool = False
    long_loops: int = 0
    notes: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    last: dict[str, list[Any]] = field(default_factory=dict)
    shaky: list[Any] = field(default_factory=list)
    saved: dict[Any, Any] = field(default_factory=dict)
    held: dict[Any, wire.Failure] = field(default_factory=dict)
    optimizers: list[Any] = field(default_factory=list)
    steps: int = 0
    converted: bool = False
    sighted: Sighted | None = None
    batches: set[Node] = field(default_factory=set)
    calls: WeakKeyDictionary[Any, int] = field(default_factory=WeakKeyDictionary)
    learning: WeakSet[Any] = field(default_factory=WeakSet)
    differentiated: set[Node] = field(default_factory=set)
    wants_double: bool = False
    doubled: list[wire.Failure] = field(default_factory=list)
    evaluates: bool = False
    untold: dict[Any, wire.Failure] = field(default_factory=dict)
    in_training: dict[Node, Any] = field(default_factory=dict)
    judged: dict[Any, Any] = field(default_factory=dict)
    contracts: Any = None
    hasty: bool = False

    def count_operation(self) -> None:
        """One more torch call; raises OutOfTime when the budget is used up."""
        self.operations += 1
        if self.operations % 32 == 0:
            self.check_time()

    def check_time(self) -> None:
        """Raise OutOfTime when the budget is used up."""
        if time.monotonic() - self.started > self.limit or time.process_time() > self.until:
            raise OutOfTime

    @contextlib.contextmanager
    def within(self, seconds: float) -> Generator[None]:
        """The block has so many seconds of processor time, and so that it ends also where it waits, some times that by
        the clock: what is found must not depend on what else the machine does."""
        limit, until = self.limit, self.until
        self.limit = min(limit, time.monotonic() - self.started + BY_THE_CLOCK * seconds)
        self.until = min(until, time.process_time() + seconds)
        try:
            yield
        finally:
            self.limit, self.until = limit, until

    def place(self, path: str, at: Where) -> wire.Span:
        """A place for the wire."""
        return wire.Span(path, *at)
