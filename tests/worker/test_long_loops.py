"""Loops and comprehensions that take long come to their end in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytest.importorskip("torch")

from shapewright import wire
from shapewright.worker.run import execute


def run(tmp_path: Path, text: str, deadline: float) -> tuple[wire.Trace, float]:
    path, started = str(tmp_path / "main.py"), time.monotonic()
    trace = execute(wire.Run(1, path, {path: text}, (str(tmp_path),), options=wire.Options(deadline=deadline)))
    return trace, time.monotonic() - started


def test_a_comprehension_over_millions_ends_with_the_time(tmp_path: Path) -> None:
    text = "table = [[i / (p + 1) for i in range(200)] for p in range(300_000)]\n"
    trace, seconds = run(tmp_path, text, 1.0)
    assert "took longer" in trace.targets[0].reason
    assert seconds < 20


def test_a_loop_without_torch_calls_is_left_when_it_was_entered_too_often(tmp_path: Path) -> None:
    text = (
        "import torch\n"
        "def tell(edges, out):\n"
        "    for edge in edges:\n"
        "        out.append(str(edge) + repr(edges)[:3])\n"
        "for step in range(4000):\n"
        "    tell(range(64), [])\n"
        "    z = torch.zeros(2)\n"
        "z @ torch.zeros(3)\n"
    )
    trace, _ = run(tmp_path, text, 30.0)
    assert [f.op for f in trace.failures] == ["torch.Tensor.matmul"]
