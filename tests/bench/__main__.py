"""`python -m tests.bench`: what an edit costs, as ratios taken in this one run.

- cold: from nothing to the first diagnostics, against `import torch` and the first fake operation in a new interpreter;
- edit: one changed line to diagnostics (plan, run, trace over the pipe, rules), against the bare fake forward of the
  same models; and the processor time of all processes for it.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from tests.bench.programs import program  # noqa: E402  # the path is set just above

from shapewright.analysis import Request, analyse  # noqa: E402  # the path is set just above
from shapewright.engine import Engine  # noqa: E402  # the path is set just above

ROUNDS = 20
FIRST_FAKE = """
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
with FakeTensorMode(): torch.nn.Linear(3, 4)(torch.empty(2, 3))
"""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST_FAKE], check=True)
        bare_start = time.perf_counter() - started
        started = time.perf_counter()
        engine = Engine(sys.executable)
        engine.start()
        first = Path(folder) / "first.py"
        first.write_text(program(60))
        analyse(Request(str(first), {}, (folder,)), engine)
        ratio = (time.perf_counter() - started) / bare_start
        print(f"cold start to first diagnostics: {ratio:.2f} x (import torch + first fake operation)")
        try:
            for lines in (60, 200, 1000):
                _edits(engine, Path(folder), lines)
        finally:
            engine.stop()


def _edits(engine: Engine, folder: Path, lines: int) -> None:
    path = folder / f"program_{lines}.py"
    text = program(lines)
    path.write_text(text)
    times: list[float] = []
    worker: list[float] = []
    used = 0.0
    for number in range(ROUNDS + 2):
        edited = text.replace("classes=10", f"classes={10 + number}", 1)
        if number == 2:
            used = _processor_time()
        started = time.perf_counter()
        report = analyse(Request(str(path), {str(path): edited}, (str(folder),)), engine)
        times.append(time.perf_counter() - started)
        worker.append(report.seconds)
        assert report.status == "ok" and not report.findings, report
    processor = (_processor_time() - used) / ROUNDS
    command = [sys.executable, str(Path(__file__).parent / "bare.py"), str(path), str(ROUNDS)]
    bare = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    times, worker = sorted(times[2:]), sorted(worker[2:])
    p95 = times[int(0.95 * len(times))]
    print(
        f"edit of {text.count(chr(10))} lines: p50 {statistics.median(times) / bare:.1f} x, p95 {p95 / bare:.1f} x, "
        f"processor time {processor / bare:.1f} x the bare fake forward of {1000 * bare:.0f} ms "
        f"(p50 in the worker: {statistics.median(worker) / bare:.1f} x)"
    )


def _processor_time() -> float:
    """Seconds of this process and of those that it started, as far as the system tells (Linux)."""
    total = time.process_time()
    waiting = [os.getpid()]
    while waiting:
        parent = waiting.pop()
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                waiting += [int(child) for child in children.read_text().split()]
        if parent != os.getpid():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


main()
