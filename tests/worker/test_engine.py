from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from processes import gone, workers_below
from shapewright import wire
from shapewright.engine import Engine, worker
from shapewright.model import EngineState
from worker.driver import PATIENCE, RUNNER, Driver

ELSEWHERE = "/nowhere/other.py"


def test_a_run_is_answered_and_states_are_told(either: Driver):
    assert either.out("import torch; out = tuple(torch.ones(20, 30).mm(torch.ones(30, 4)).shape)") == "(20, 4)"
    states = [info.state for info in either.infos]
    assert states[:4] == [EngineState.STARTING, EngineState.READY, EngineState.BUSY, EngineState.READY]
    info = either.engine.info
    assert info.interpreter == sys.executable
    assert info.torch.startswith("2.")
    assert "audit" in info.sandbox


def test_libraries_are_kept_between_runs_and_user_modules_are_not(either: Driver, tmp_path: Path):
    entry = str(tmp_path / "main.py")
    module = tmp_path / "mine_for_this_test.py"
    module.write_text("value = 1")
    program = "import sys, einops, mine_for_this_test as m; out = 'einops' in known, m.value"
    known = "import sys; known = set(sys.modules)\n"
    assert either.out(known + program, entry) == "(False, 1)"
    module.write_text("value = 1234")
    assert either.out(known + program, entry) == "(True, 1234)"


def test_each_entry_has_a_process_of_its_own(either: Driver):
    assert either.pid() == either.pid()
    assert either.pid() != either.pid(ELSEWHERE)


def test_a_late_session_is_ended_and_the_next_run_works(either: Driver):
    fault = either.fault("while True: pass", deadline=0.5)
    assert fault.reason == "late"
    assert "longer than 0.5 s" in fault.detail
    assert either.engine.info.state is EngineState.CRASHED
    assert either.out("out = 1") == "1"
    assert either.engine.info.state is EngineState.READY


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import ctypes; ctypes.string_at(0)", "segmentation fault (SIGSEGV)"),
        (
            "import os\nfor n in range(3, 400):\n  try: os.write(n, b'hello\\n')\n  except OSError: pass",
            "it wrote into the",
        ),
    ],
)
def test_a_crash_is_told_and_the_next_run_works(either: Driver, program: str, reason: str):
    fault = either.fault(program)
    assert fault.reason == "crashed"
    assert reason in fault.detail
    assert either.out("out = 1") == "1"


def test_the_place_of_a_crash_is_told(either: Driver):
    assert 'File "/nowhere/main.py", line 2' in either.fault("import ctypes\nctypes.string_at(0)").detail


@pytest.mark.parametrize(
    ("program", "note"),
    [
        ("import os; os._exit(3)", "SystemExit 3"),
        ("import os; os.abort()", "SystemExit 1"),
        ("import sys; sys.exit(4)", "SystemExit 4"),
        ("out = bytearray(3 << 30)", "MemoryError: "),
        ("def f(): return f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("import os; os.closerange(3, 4000); out = 1", "1"),
        ('print(\'{"type":"Trace","body":{"id":1}}\', flush=True); out = 1', "1"),
        ("import os; os.write(1, b'x' * 10_000_000); out = 1", "1"),
        ("import sys; sys.stdout.close()", "None"),
    ],
)
def test_programs_that_end_or_devour_leave_the_engine_alone(either: Driver, program: str, note: str):
    assert either.out(program) == note
    assert either.out("print('out'); out = 1") == "1"


@pytest.mark.parametrize(
    "attempt",
    [
        "open(victim, 'w')",
        "os.remove(victim)",
        "os.mkdir(victim + 'd')",
        "__import__('torch').save({}, victim)",
        "__import__('torch')._C.PyTorchFileWriter(victim)",
        "__import__('numpy').save(victim, [1])",
        "__import__('tempfile').mkdtemp()",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('socket').socket()",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
        "__import__('subprocess').run(['true'])",
        "os.fork()",
        "os.system('true')",
        "os.kill(os.getppid(), 9)",
        "__import__('multiprocessing').get_context('fork').Process(target=print).start()",
    ],
)
def test_the_machine_is_left_alone(either: Driver, attempt: str, tmp_path: Path):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    note = either.out(f"import os\nvictim = {str(victim)!r}\n{attempt}")
    assert any(word in note for word in ("PermissionError", "not permitted", "Permission denied", "refuses")), note
    assert victim.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [victim]


@contextlib.contextmanager
def running(either: Driver, program: str, answers: list[object]) -> Iterator[None]:
    """`program` in a thread, from when it runs to when it was answered."""
    thread = threading.Thread(target=lambda: answers.append(either.run(program)))
    thread.start()
    while not any(worker._running for worker in workers_of(either)):
        time.sleep(0.01)
    yield
    thread.join()


def test_a_cancelled_run_returns_before_it_ends_and_keeps_its_session(
    either: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker, "STALE_SECONDS", PATIENCE)
    pid = either.pid()
    answers: list[object] = []
    ended = tmp_path / "ended"
    with running(either, waits_for(ended), answers):
        either.engine.cancel("/nowhere/main.py")
    ended.touch()
    (fault,) = answers
    assert isinstance(fault, wire.Fault)
    assert fault.reason == "cancelled"
    assert either.pid() == pid


def test_a_cancelled_run_that_never_ends_is_replaced(either: Driver):
    pid = either.pid()
    with running(either, "while True: pass", []):
        either.engine.cancel("/nowhere/main.py")
    assert either.pid() != pid


def test_proving_does_not_wait_for_the_session(either: Driver, tmp_path: Path):
    pid = either.pid()
    answers: list[object] = []
    ended = tmp_path / "ended"
    with running(either, waits_for(ended), answers):
        proof = either.engine.prove(either.request("import os; out = os.getpid()"), PATIENCE)
        assert answers == []
        ended.touch()
    assert isinstance(proof, wire.Trace)
    assert proof.notes != (str(pid),)
    assert either.pid() == pid


def test_what_was_asked_aside_is_cancelled_alone(either: Driver, tmp_path: Path):
    ended = tmp_path / "ended"
    answers: list[object] = []
    with running(either, waits_for(ended), answers):
        either.engine.cancel_aside("/nowhere/main.py")
        ended.touch()
    assert isinstance(answers[0], wire.Trace)
    aside: list[object] = []
    request = either.request("while True: pass")
    thread = threading.Thread(target=lambda: aside.append(either.engine.aside(request, PATIENCE)))
    thread.start()
    while not aside:  # again, where it was not asked yet
        either.engine.cancel_aside("/nowhere/main.py")
        time.sleep(0.05)
    assert isinstance(aside[0], wire.Fault) and aside[0].reason == "cancelled"
    thread.join()


def test_closing_an_entry_ends_its_session(either: Driver):
    pid = either.pid(ELSEWHERE)
    either.engine.close(ELSEWHERE)
    assert gone([pid])


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import torch; torch.nn.Linear.forward = lambda self, x: x", "Linear.forward was replaced"),
        ("import torch; torch.Tensor.twice = lambda self: self * 2", "Tensor.twice was replaced"),
        ("import torch.nn.functional as F; F.relu = F.gelu", "torch.nn.functional.relu was replaced"),
        ("import numpy as np; np.float = float", "numpy.float was replaced"),
        ("import random; random.random = lambda: 0.5", "random.random was replaced"),
        ("import threading, time; threading.Thread(target=time.sleep, args=(30,)).start()", "is still running"),
        ("from torch.overrides import TorchFunctionMode as M; M().__enter__()", "a function mode was left active"),
        ("big = b'x' * (700 << 20)\nimport builtins, sys; sys.modules['math'].kept = big", "it took much memory"),
    ],
)
def test_a_dirty_session_is_replaced(either: Driver, program: str, why: str):
    pid = either.pid()
    assert why in either.trace(program).dirty
    assert either.pid() != pid


def test_what_libraries_do_on_import_is_not_dirty(either: Driver):
    either.engine.close(ELSEWHERE)
    program = "import einops, einops.layers.torch, torch.fx, torch.distributions, torch.ao, sqlite3; out = 1"
    assert either.trace(program, ELSEWHERE).dirty == ""


def test_a_session_that_is_killed_in_a_run_gives_way_to_a_fresh_one(either: Driver):
    pid = either.pid()
    answers: list[object] = []
    with running(either, f"import os, time\nwhile os.getpid() == {pid}: time.sleep(0.01)\nout = 1", answers):
        os.kill(pid, signal.SIGKILL)
    assert isinstance(answers[0], wire.Trace) and answers[0].notes == ("1",)


def test_a_killed_zygote_is_started_again(forking: Driver):
    session = forking.pid()
    zygote = int(Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(zygote, signal.SIGKILL)
    assert gone([session])
    assert forking.out("out = 1") == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("delay", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("order", [1, -1])
def test_whatever_is_killed_at_once_the_next_run_is_answered(forking: Driver, order: int, delay: float):
    for entry in ("/nowhere/main.py", ELSEWHERE):  # one whose session has answered, one that gets the spare
        forking.out("out = 1")
        for pid in workers_below(os.getpid())[::order]:
            with contextlib.suppress(ProcessLookupError):  # its zygote took it along
                os.kill(pid, signal.SIGKILL)
        time.sleep(delay)
        assert forking.out("out = 1", entry) == "1"


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_nothing_survives_the_death_of_the_server(method: str):
    program = f"""
import sys
from shapewright import wire
from shapewright.engine import Engine
engine = Engine(sys.executable, start_method={method!r}, runner={RUNNER!r})
trace = engine.run(wire.Run(1, "a.py", {{"a.py": "import os; out = os.getpid(), os.getppid()"}}, ()), 60)
print(trace.notes[0], flush=True)
engine.run(wire.Run(2, "a.py", {{"a.py": "while True: pass"}}, ()), 60)
"""
    server = str(Path(__file__).parents[2] / "server")
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": server}, text=True
    ) as process:
        assert process.stdout is not None
        session, parent = eval(process.stdout.readline())
        time.sleep(0.2)  # it may run by now or not: neither may survive
        process.kill()
    assert gone([session])
    assert method == "spawn" or gone([parent])


def test_nothing_survives_stop():
    engine = Engine(sys.executable, runner=RUNNER)
    answer = engine.run(wire.Run(1, "a.py", {"a.py": "import os; out = os.getpid(), os.getppid()"}, ()), 60)
    assert isinstance(answer, wire.Trace)
    engine.stop()
    session, parent = eval(answer.notes[0])
    assert gone([session])
    assert parent == os.getpid() or gone([parent])
    after = engine.run(wire.Run(2, "a.py", {"a.py": ""}, ()), 60)
    assert isinstance(after, wire.Fault)
    assert after.reason == "stopped"


def workers_of(either: Driver) -> list[worker.Worker]:
    """The sessions that an engine has."""
    return [slot.worker for slot in list(either.engine._slots.values()) if slot.worker is not None]


def waits_for(file: Path) -> str:
    """A program that ends when a file is there."""
    return f"import os, time\nwhile not os.path.exists({str(file)!r}): time.sleep(0.01)\nout = 1"
