"""One session process as the engine sees it: it is asked, it answers, or it is killed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from shapewright import wire
from shapewright.engine import advice
from shapewright.engine.link import Link

STALE_SECONDS = 2.0
"""How long a session may go on with a run that nobody waits for any more, before it is replaced."""

_CANCEL = "cancel"


class Worker:
    """`kill` ends the process at once; `post_mortem` waits for its exit status; `errors` is what it left on stderr."""

    def __init__(
        self, link: Link, kill: Callable[[], None], post_mortem: Callable[[], int | None], errors: Callable[[], str]
    ) -> None:
        self._link = link
        self._kill = kill
        self._post_mortem = post_mortem
        self.last_words = errors
        self._stale: set[int] = set()
        self._running: int | None = None
        self._lock = threading.Lock()
        self._killed = False
        self._answered = 0
        self.hello: wire.Hello | None = None

    @property
    def usable(self) -> bool:
        """Whether it can be asked."""
        return not self._killed and not self._link.ended.is_set()

    def greet(self, timeout: float) -> wire.Hello | None:
        """Its first message; None where none came."""
        if self.hello is None:
            try:
                message = self._link.receive(timeout)
            except queue.Empty:
                return None
            self.hello = message if isinstance(message, wire.Hello) else None
            if message is None:
                self._post_mortem()  # when this is known, it is known too whether its source is gone
        return self.hello

    def ask(
        self, run: wire.Run, deadline: float, cancelled: Callable[[], bool] = lambda: False
    ) -> wire.Trace | wire.Fault | None:
        """The answer to `run` within `deadline` seconds. None where this session cannot be used: ask another one."""
        end = time.monotonic() + deadline
        with self._lock:
            self._running = run.id
        try:
            if cancelled():  # from here on `cancel` interrupts; before, only the caller knows
                return None
            self._link.send(run)
            return self._wait(run, end, deadline)
        except OSError:
            return self._gone(run)
        finally:
            with self._lock:
                self._running = None

    def _wait(self, run: wire.Run, end: float, deadline: float) -> wire.Trace | wire.Fault | None:
        while True:
            try:
                message = self._link.receive(end - time.monotonic())
            except queue.Empty:
                self.kill()
                return wire.Fault(run.id, "late", advice.late(run.entry, deadline))
            if message is None:
                return self._gone(run)
            if isinstance(message, str):
                if message == f"{_CANCEL} {run.id}":
                    return wire.Fault(run.id, "cancelled", "A newer request took its place.")
            elif isinstance(message, (wire.Trace, wire.Fault)):
                self._answered += 1
                if message.id == run.id:
                    return message
                self._stale.discard(message.id)
                if isinstance(message, wire.Trace) and message.dirty:
                    self.kill()
                    return None

    def _gone(self, run: wire.Run) -> wire.Fault | None:
        if self._killed or self._stale or self._answered:
            # Perhaps an earlier run is to blame: a fresh session will tell.
            self.kill()
            return None
        how = advice.ending(self._post_mortem())
        if self._link.nonsense:
            how = "it wrote into the connection to the server"
        self.kill()
        return wire.Fault(run.id, "crashed", advice.crashed(run.entry, how, self.last_words()))

    def cancel(self) -> None:
        """Let the caller of `ask` go. The session may finish, since its imports are worth keeping, but not for long."""
        with self._lock:
            run_id = self._running
            if run_id is None:
                return
            self._stale.add(run_id)
        self._link.interrupt(f"{_CANCEL} {run_id}")
        timer = threading.Timer(STALE_SECONDS, self._give_up, (run_id,))
        timer.daemon = True
        timer.start()

    def _give_up(self, run_id: int) -> None:
        # An answer that waits in the queue will be discarded by the next caller.
        if run_id in self._stale and not self._link.waiting:
            self.kill()

    def kill(self) -> None:
        """End the process."""
        if not self._killed:
            self._killed = True
            self._kill()
            self._link.close()
