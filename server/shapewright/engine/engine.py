"""The façade: runs go to the session of their entry file, and come back as a trace or as a fault, whatever happens."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from shapewright import wire
from shapewright.engine import advice, start
from shapewright.engine.start import NotStarted, StartMethod
from shapewright.engine.worker import Worker
from shapewright.model import EngineInfo, EngineState

MEMORY = 4 << 30
SESSIONS = 8
"""Entry files whose sessions are kept; the one that was used longest ago makes room."""

_RETRY_SECONDS = 5.0

Listener = Callable[[EngineInfo], None]


@dataclass(eq=False)
class _Slot:
    """The session of one entry file. `lock` is held during a run, so that runs of one entry follow each other."""

    worker: Worker | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    epoch: int = 0
    used: float = 0.0


class Engine:
    """Runs code in worker processes that use `interpreter`. Thread-safe; every call is synchronous.

    `start_method`: `fork`, `spawn`, or `auto` (fork on Linux). `listener` is told of each change of state, in whatever
    thread it happens, and must not wait. `memory`: bytes that a session may take. `allow_unsandboxed`: run even where
    the system offers no sandbox. `runner`: a file whose `execute` takes the place of the analysis.
    """

    def __init__(
        self,
        interpreter: str,
        *,
        start_method: StartMethod = "auto",
        listener: Listener | None = None,
        allow_unsandboxed: bool = False,
        memory: int = MEMORY,
        runner: str = "",
    ) -> None:
        self._interpreter = interpreter
        self._method: StartMethod = start_method
        self._listener = listener
        self._allow_unsandboxed = allow_unsandboxed
        self._memory = memory
        self._runner = runner
        self._info = EngineInfo(EngineState.STOPPED, interpreter)
        self._lock = threading.RLock()
        self._starting = threading.Lock()
        self._source: start.Source | None = None
        self._spare: Worker | None = None
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._running = 0
        self._stopped = False
        self._failure: tuple[float, NotStarted] | None = None

    # ------------------------------------------------------------------------------------------------ life

    def start(self) -> None:
        """Start the interpreter in the background; returns at once. `run` waits for it."""
        self._tell(EngineState.STARTING)
        threading.Thread(target=self._prepare, name="shapewright-start", daemon=True).start()

    def wait_ready(self) -> EngineInfo:
        """Wait until sessions can be had, or until it is known that none can."""
        self._prepare()
        return self.info

    def restart(self) -> None:
        """Start anew, for example after torch was installed."""
        self._end_all()
        self._stopped = False
        self._failure = None
        self.start()

    def stop(self) -> None:
        """End every process. Runs that are under way return a fault."""
        self._stopped = True
        self._end_all()
        self._tell(EngineState.STOPPED)

    @property
    def info(self) -> EngineInfo:
        """The state now, the interpreter and its torch."""
        return self._info

    # ------------------------------------------------------------------------------------------------ runs

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Run in the session of `run.entry`, within `deadline` seconds once a session is there."""
        return self._run((run.entry, "main"), run, deadline)

    def prove(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Like `run`, in a second session of that entry: the first one is neither disturbed nor waited for."""
        return self._run((run.entry, "proof"), run, deadline)

    def aside(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Like `prove`, in a session that ends with the run: what takes long keeps nobody waiting."""
        key = (run.entry, "aside")
        outcome = self._run(key, run, deadline)
        with self._lock:
            slot = self._slots.get(key)
        if slot is not None and not slot.lock.locked():
            self._discard(slot)
        return outcome

    def cancel(self, entry: str) -> None:
        """Runs of `entry` that are under way or wait return the fault `cancelled`; its session stays usable."""
        for slot in self._slots_of(entry):
            self._cancel(slot)

    def cancel_aside(self, entry: str) -> None:
        """Like `cancel`, for what was asked of `aside` alone."""
        with self._lock:
            slot = self._slots.get((entry, "aside"))
        if slot is not None:
            self._cancel(slot)

    def close(self, entry: str) -> None:
        """The file was closed: end its sessions."""
        for slot in self._slots_of(entry, forget=True):
            slot.epoch += 1
            self._discard(slot)

    def _run(self, key: tuple[str, str], run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        slot = self._slot(key)
        epoch = slot.epoch
        outcome: wire.Trace | wire.Fault = wire.Fault(run.id, "internal")
        self._busy(1)
        try:
            with slot.lock:
                slot.used = time.monotonic()
                outcome = self._ask(slot, epoch, run, deadline)
                if outcome.reason != "cancelled" if isinstance(outcome, wire.Fault) else outcome.dirty:
                    self._discard(slot)
                with contextlib.suppress(NotStarted):
                    self._ensure_spare()
        except NotStarted as error:
            outcome = wire.Fault(run.id, error.state.value, error.advice)
        finally:
            self._busy(-1, outcome)
        return outcome

    def _ask(self, slot: _Slot, epoch: int, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        crashes = 0
        while slot.epoch == epoch:
            worker = slot.worker
            if worker is None or not worker.usable:
                worker = slot.worker = self._take()
            outcome = worker.ask(run, deadline, lambda: slot.epoch != epoch)
            if not worker.usable:
                slot.worker = None
            crashed = isinstance(outcome, wire.Fault) and outcome.reason == "crashed"
            crashes += crashed
            # A session may also be killed from outside: the file is to blame when it happens twice.
            if outcome is not None and not (crashed and crashes == 1):
                return outcome
        return wire.Fault(run.id, "cancelled", "A newer request took its place, or the file was closed.")

    # ------------------------------------------------------------------------------------------------ sessions

    def _slot(self, key: tuple[str, str]) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            idle = [s for s in self._slots.values() if s is not slot and not s.lock.locked() and s.worker is not None]
            if len(idle) >= SESSIONS:
                self._discard(min(idle, key=lambda s: s.used))
            return slot

    def _slots_of(self, entry: str, forget: bool = False) -> list[_Slot]:
        with self._lock:
            keys = [key for key in self._slots if key[0] == entry]
            return [self._slots.pop(key) if forget else self._slots[key] for key in keys]

    def _cancel(self, slot: _Slot) -> None:
        slot.epoch += 1
        if (worker := slot.worker) is not None:
            worker.cancel()

    def _discard(self, slot: _Slot) -> None:
        worker, slot.worker = slot.worker, None
        if worker is not None:
            worker.kill()

    def _take(self) -> Worker:
        """A session that has greeted. Raises NotStarted."""
        words = ""
        for _ in range(3):  # a spare that died, a source that died, and one more
            self._prepare()
            with self._lock:
                if self._failure is not None:
                    raise self._failure[1]
                worker, self._spare = self._spare, None
            if worker is None:
                try:
                    worker = self._open()
                except NotStarted as error:
                    if error.state is not EngineState.CRASHED:
                        raise
                    words = error.advice
                    continue
            if worker.usable and self._greet(worker):
                return worker
            words = worker.last_words()
            worker.kill()
        raise NotStarted(EngineState.CRASHED, advice.stillborn(words))

    def _open(self) -> Worker:
        with self._lock:
            if self._stopped or self._source is None:
                raise NotStarted(EngineState.STOPPED, "The engine was stopped.")
            current = self._source
        return current.open()

    def _ensure_spare(self) -> None:
        if self._spare is None and self._failure is None and not self._stopped:
            worker = self._open()
            with self._lock:
                if self._spare is None and not self._stopped:
                    self._spare = worker
                    return
            worker.kill()

    def _greet(self, worker: Worker) -> wire.Hello | None:
        hello = worker.greet(start.START_SECONDS)
        if hello is None:
            return None
        kernel = set(hello.sandbox) & {"landlock", "seccomp", "seatbelt"}
        if not kernel and not self._allow_unsandboxed:
            worker.kill()
            raise NotStarted(EngineState.STOPPED, advice.unsandboxed(hello.sandbox))
        return hello

    def _prepare(self) -> None:
        """A living source and a spare session; a failure is remembered for some seconds, not repeated at each run."""
        with self._starting:
            alive = self._source is not None and self._source.alive
            failed = self._failure is not None and time.monotonic() - self._failure[0] < _RETRY_SECONDS
            if self._stopped or (alive and self._failure is None) or failed:
                return
            if self._info.state is not EngineState.STARTING:
                self._tell(EngineState.STARTING)
            try:
                self._begin()
            except NotStarted as error:
                if not self._stopped:
                    self._failure = (time.monotonic(), error)
                    self._tell(error.state, error.advice)

    def _begin(self) -> None:
        with self._lock:
            old, self._source, self._spare, self._failure = self._source, None, None, None
        if old is not None:
            old.stop()
        current = start.source(self._interpreter, self._method, self._memory, self._runner)
        with self._lock:
            stopped = self._stopped
            if not stopped:
                self._source = current
        if stopped:
            current.stop()
            raise NotStarted(EngineState.STOPPED, "The engine was stopped.")
        spare = current.open()
        hello = self._greet(spare)
        if hello is None:
            raise NotStarted(EngineState.CRASHED, advice.stillborn(spare.last_words()))
        with self._lock:
            self._spare = spare
            self._info = replace(self._info, python=hello.python, torch=hello.torch or "", sandbox=hello.sandbox)
            self._tell(EngineState.READY)
            if self._running:
                self._tell(EngineState.BUSY)

    def _end_all(self) -> None:
        with self._lock:
            slots, self._slots = list(self._slots.values()), {}
            current, self._source, spare, self._spare = self._source, None, self._spare, None
        for slot in slots:
            slot.epoch += 1
            self._discard(slot)
        if spare is not None:
            spare.kill()
        if current is not None:
            current.stop()

    # ------------------------------------------------------------------------------------------------ state

    def _busy(self, change: int, outcome: wire.Trace | wire.Fault | None = None) -> None:
        with self._lock:
            self._running += change
            state = self._info.state
            if self._failure is not None:
                return
            if change > 0 and state in (EngineState.READY, EngineState.CRASHED):
                self._tell(EngineState.BUSY)
            elif isinstance(outcome, wire.Fault) and outcome.reason in ("late", "crashed"):
                self._tell(EngineState.CRASHED, outcome.detail)
            elif self._running == 0 and state is EngineState.BUSY:
                self._tell(EngineState.READY)

    def _tell(self, state: EngineState, text: str = "") -> None:
        with self._lock:  # the listener within it, or it would be told of two changes in the wrong order
            before = self._info
            self._info = replace(before, state=state, advice=text)
            if self._info != before and self._listener is not None:
                self._listener(self._info)
