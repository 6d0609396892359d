"""The engine's own decisions, with sessions that are played."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from shapewright import wire
from shapewright.engine import Engine, start
from shapewright.engine.worker import Worker
from shapewright.model import EngineState

RUN = wire.Run(1, "a.py", {"a.py": ""}, ())
Answer = Callable[[wire.Run], "wire.Trace | wire.Fault | None"]


class Played(Worker):
    """Answers as it is told."""

    def __init__(self, answer: Answer, sandbox: tuple[str, ...]) -> None:
        self.hello = wire.Hello(wire.PROTOCOL, "3.11.7", "python", "2.13.0", 1, sandbox=sandbox)
        self.answer = answer
        self.alive = True

    @property
    def usable(self) -> bool:
        return self.alive

    def ask(self, run: wire.Run, deadline: float, cancelled: Callable[[], bool] = lambda: False):
        answer = self.answer(run)
        self.alive = answer is not None
        return answer

    def cancel(self) -> None:
        pass

    def kill(self) -> None:
        self.alive = False

    def last_words(self) -> str:
        return ""


class Stage:
    """A source of played sessions."""

    alive = True

    def __init__(self, answer: Answer, sandbox: tuple[str, ...] = ("seccomp",)) -> None:
        self.answer = answer
        self.sandbox = sandbox
        self.opened: list[Played] = []

    def open(self) -> Played:
        self.opened.append(Played(self.answer, self.sandbox))
        return self.opened[-1]

    def stop(self) -> None:
        self.alive = False


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch):
    def make(answer: Answer, sandbox: tuple[str, ...] = ("seccomp",), **options: bool) -> tuple[Engine, Stage]:
        stage = Stage(answer, sandbox)
        monkeypatch.setattr(start, "source", lambda *_: stage)
        return Engine("python", **options), stage

    return make


def good(run: wire.Run) -> wire.Trace:
    return wire.Trace(run.id)


def test_without_a_sandbox_nothing_runs(staged):
    asked: list[int] = []
    engine, _ = staged(lambda run: asked.append(run.id), sandbox=("audit",))
    fault = engine.run(RUN, 1)
    assert isinstance(fault, wire.Fault)
    assert "no sandbox (only: audit)" in fault.detail
    assert asked == []


def test_without_a_sandbox_the_user_may_insist(staged):
    engine, _ = staged(good, sandbox=("audit",), allow_unsandboxed=True)
    assert engine.run(RUN, 1) == wire.Trace(1)
    assert engine.info.sandbox == ("audit",)


def test_a_session_that_cannot_be_used_is_replaced_within_the_run(staged):
    answers = iter([None, None, wire.Trace(1)])
    engine, stage = staged(lambda run: next(answers))
    assert engine.run(RUN, 1) == wire.Trace(1)
    assert len([worker for worker in stage.opened if not worker.alive]) == 2


@pytest.mark.parametrize(
    "answer", [wire.Trace(1, dirty="patched"), wire.Fault(1, "internal"), wire.Fault(1, "crashed")]
)
def test_a_session_is_used_no_more_after(staged, answer: wire.Trace | wire.Fault):
    engine, stage = staged(lambda run: answer)
    engine.run(RUN, 1)
    engine.run(RUN, 1)
    assert len([worker for worker in stage.opened if not worker.alive]) == 2


def test_a_cancelled_run_that_waits_its_turn_never_runs(staged):
    running, go = threading.Event(), threading.Event()
    asked: list[int] = []

    def slow(run: wire.Run) -> wire.Trace:
        asked.append(run.id)
        running.set()
        go.wait(60)
        return wire.Trace(run.id)

    engine, _ = staged(slow)
    answers: list[object] = []
    first = threading.Thread(target=lambda: engine.run(RUN, 60))
    first.start()
    running.wait(60)
    second = threading.Thread(target=lambda: answers.append(engine.run(wire.Run(2, "a.py", {}, ()), 60)))
    second.start()
    while engine._running < 2:
        pass
    engine.cancel("a.py")
    go.set()
    first.join()
    second.join()
    (fault,) = answers
    assert isinstance(fault, wire.Fault)
    assert fault.reason == "cancelled"
    assert asked == [1]


def test_old_sessions_make_room(staged):
    engine, stage = staged(good)
    for number in range(12):
        engine.run(wire.Run(number, f"{number}.py", {}, ()), 1)
    assert len([worker for worker in stage.opened if worker.alive]) == 8 + 1  # eight that are kept, and a spare


def test_states_are_told_once(staged):
    states: list[EngineState] = []
    engine, _ = staged(good)
    engine._listener = lambda info: states.append(info.state)
    engine.run(RUN, 1)
    engine.run(RUN, 1)
    engine.stop()
    busy_and_ready = [EngineState.BUSY, EngineState.READY]
    assert states == [EngineState.STARTING, EngineState.READY, *busy_and_ready, *busy_and_ready, EngineState.STOPPED]
