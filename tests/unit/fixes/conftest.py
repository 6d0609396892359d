"""One engine and one real PyTorch serve all cases: each costs seconds to start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from shapewright.engine import Engine

_REAL = """
import json, sys, types, warnings
import torch
torch.set_num_threads(1)
warnings.simplefilter("ignore")
out, sys.stdout = sys.stdout, sys.stderr
print("{}", file=out, flush=True)
for line in sys.stdin:
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(json.loads(line), "main.py", "exec"), module.__dict__)
        said = ""
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(json.dumps(said), file=out, flush=True)
"""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    started = Engine(sys.executable)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def real() -> Iterator[Callable[[str], str]]:
    """Runs a text in real PyTorch: what it raises, or nothing."""
    process = subprocess.Popen(
        [sys.executable, "-c", _REAL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    stdin, stdout = process.stdin, process.stdout
    stdout.readline()

    def run(text: str) -> str:
        stdin.write(json.dumps(text) + "\n")
        stdin.flush()
        return str(json.loads(stdout.readline()))

    yield run
    stdin.close()
    process.wait(timeout=120)
