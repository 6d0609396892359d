from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shapewright.worker.sandbox import landlock, seccomp, syscalls

HERE = Path(__file__).parent
SERVER = str(HERE.parents[1] / "server")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")


@pytest.fixture(scope="module", params=["landlock", "bare"])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    if request.param == "landlock" and not landlock.version():
        pytest.skip("this kernel has no Landlock")
    folder = tmp_path_factory.mktemp("sandbox")
    (folder / "victim.txt").write_text("precious")
    command = [sys.executable, str(HERE / "sandboxed.py"), SERVER, request.param, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    return folder, request.param, json.loads(done.stdout)


def test_everything_harmful_is_refused(outcome):
    _, _, report = outcome
    assert set(report["refused"].values()) == {"PermissionError"}, report["refused"]


def test_nothing_was_changed(outcome):
    folder, _, _ = outcome
    assert [path.name for path in folder.iterdir()] == ["victim.txt"]
    assert (folder / "victim.txt").read_text() == "precious"


def test_everything_harmless_works(outcome):
    _, _, report = outcome
    assert set(report["allowed"].values()) == {"ran"}, report["allowed"]


def test_memory_is_limited(outcome):
    assert outcome[2]["hog"].startswith("MemoryError")


def test_the_layers_that_hold_are_named(outcome):
    _, kind, report = outcome
    assert report["applied"] == ["rlimits", *(["landlock"] if kind == "landlock" else []), "seccomp", "audit"]


@pytest.mark.parametrize("machine", list(syscalls.ARCHITECTURES))
def test_jumps_of_the_filter_stay_inside(machine: str):
    code = seccomp.program(machine, (3, 4), 100, refuse_writing=True)
    for place, (_, when_true, when_false, _) in enumerate(code):
        assert max(when_true, when_false) < 256
        assert place + 1 + max(when_true, when_false) <= len(code) - 1 or (when_true, when_false) == (0, 0)
    assert len(code) < 4096


def test_no_call_is_in_two_tables():
    names = [
        name
        for table in (*syscalls.REFUSED, syscalls.PRETENDED, syscalls.ABSENT, syscalls.JUDGED)
        for name in syscalls.numbers(table, "x86_64")
    ]
    assert len(names) == len(set(names))


def test_numbers_are_those_of_the_kernel_headers():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    known = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", header.read_text()))
    for table in (*syscalls.REFUSED, syscalls.PRETENDED, syscalls.ABSENT, syscalls.JUDGED):
        for name, number in syscalls.numbers(table, "x86_64").items():
            assert int(known.get(name, number)) == number, name
