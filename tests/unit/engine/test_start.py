"""What a person reads when code cannot be run. No torch is started here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from shapewright import wire
from shapewright.engine import Engine, advice
from shapewright.engine.process import environment
from shapewright.engine.start import StartMethod
from shapewright.model import EngineState

METHODS: list[StartMethod] = ["fork", "spawn"] if sys.platform == "linux" else ["spawn"]


def answer(interpreter: str, method: StartMethod = "auto") -> tuple[wire.Fault, Engine]:
    engine = Engine(interpreter, start_method=method)
    try:
        fault = engine.run(wire.Run(7, "a.py", {"a.py": ""}, ()), 10)
        assert isinstance(fault, wire.Fault)
        assert fault.id == 7
        assert fault.detail == engine.info.advice
        assert fault.reason == engine.info.state.value
        return fault, engine
    finally:
        engine.stop()


@pytest.mark.parametrize("method", METHODS)
def test_an_interpreter_that_does_not_exist(method: StartMethod, tmp_path: Path):
    fault, _ = answer(str(tmp_path / "python"), method)
    assert fault.reason == "interpreter not found"
    assert f"{tmp_path / 'python'} does not exist: choose another one with --python" in fault.detail


@pytest.mark.parametrize("method", METHODS)
def test_a_program_that_is_no_python(method: StartMethod, tmp_path: Path):
    program = script(tmp_path, "echo I am not Python >&2; exit 3")
    fault, _ = answer(str(program), method)
    assert "did not answer as Python 3.10 or newer (it left with exit code 3)" in fault.detail
    assert "I am not Python" in fault.detail


def test_a_folder_is_no_interpreter(tmp_path: Path):
    assert "cannot be started" in answer(str(tmp_path))[0].detail


@pytest.mark.parametrize("method", METHODS)
def test_an_interpreter_without_torch(method: StartMethod, tmp_path: Path):
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    fault, _ = answer(str(python), method)
    assert fault.reason == "no torch found"
    assert "No module named 'torch'" in fault.detail
    assert f"{python} -m pip install torch" in fault.detail


def test_an_old_python(tmp_path: Path):
    body = {"protocol": 0, "python": "3.8.1", "executable": "", "torch": None, "pid": 1, "problem": "too old"}
    hello = json.dumps({"type": "Hello", "body": body}).encode() + b"\n"
    # The arguments are -B, the start script, the mode, and the descriptors to read from and to write to.
    program = script(tmp_path, f"import os, sys; os.write(int(sys.argv[5]), {hello!r})", sys.executable)
    fault, _ = answer(str(program))
    assert "is Python 3.8.1; Python 3.10 or newer is needed" in fault.detail


def test_a_failure_is_remembered_and_restart_tries_again(tmp_path: Path):
    program = tmp_path / "python"
    states: list[EngineState] = []
    engine = Engine(str(program), listener=lambda info: states.append(info.state))
    assert engine.wait_ready().state is EngineState.NO_INTERPRETER
    assert engine.wait_ready().state is EngineState.NO_INTERPRETER
    assert states == [EngineState.STARTING, EngineState.NO_INTERPRETER]
    script(tmp_path, "exit 0")
    engine.restart()
    assert "left with exit code 0" in engine.wait_ready().advice
    engine.stop()
    assert states[-1] is EngineState.STOPPED


def test_the_start_script_says_when_python_is_too_old(monkeypatch: pytest.MonkeyPatch):
    boot = Path(advice.__file__).parents[1] / "worker" / "boot.py"
    program = "import sys, runpy; sys.version_info = (3, 9, 1); sys.argv = ['x', 'worker', '0', '1', '0', '0']\n"
    program += f"runpy.run_path({str(boot)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=600)
    hello = wire.decode(done.stdout)
    assert isinstance(hello, wire.Hello)
    assert (hello.protocol, hello.torch, hello.problem) == (0, None, "Python 3.10 or newer is needed")


def test_the_worker_sees_nothing_of_the_server(tmp_path: Path):
    server = str(Path(advice.__file__).parents[2])
    ours = {
        "PYTHONPATH": os.pathsep.join((server, str(tmp_path))),
        "PYTHONHOME": "/x",
        "HOME": "/home",
        "PYTHONINSPECT": "1",
    }
    theirs = environment(ours, "/other/python")
    assert theirs["PYTHONPATH"] == str(tmp_path)
    assert "PYTHONHOME" not in theirs
    assert "PYTHONINSPECT" not in theirs
    assert theirs["HOME"] == "/home"


def test_exit_statuses_in_words():
    assert advice.ending(3) == "it left with exit code 3"
    assert advice.ending(-11) == "segmentation fault (SIGSEGV)"
    assert advice.ending(-15) == "SIGTERM"
    assert advice.ending(-200) == "signal 200"
    assert "does not tell" in advice.ending(None)


def test_the_place_of_a_crash_is_the_frame_in_the_entry():
    words = (
        'Fatal Python error: Segmentation fault\n\n  File "/lib/ctypes.py", line 5 in f\n  File "/a.py", line 2 in g\n'
    )
    assert advice.where("/a.py", words) == ' It was in File "/a.py", line 2 in g.'
    assert advice.where("/b.py", words) == ' It was in File "/lib/ctypes.py", line 5 in f.'
    assert advice.where("/b.py", "nothing") == ""


def test_no_sandbox_no_run():
    text = advice.unsandboxed(("audit",))
    assert "only: audit" in text
    assert "--allow-unsandboxed" in text


def script(folder: Path, text: str, language: str = "/bin/sh") -> Path:
    if sys.platform == "win32":
        pytest.skip("a shell script stands for an interpreter")
    program = folder / "python"
    program.write_text(f"#!{language}\n{text}\n")
    program.chmod(0o755)
    return program
