"""`shapewright summary` with a real engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        return self.fc(x.flatten(1))


class Unused(nn.Module):
    def forward(self, x):
        raise ValueError("not yet")
"""


def summary(*arguments: str | Path) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "server"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "shapewright", "summary", *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600)
    return done.returncode, done.stdout + done.stderr


def test_a_model_on_an_input_given_by_hand(tmp_path: Path):
    file = tmp_path / "net.py"
    file.write_text(NET)
    code, out = summary(f"{file}:Net", "--construct", "Net(12)", "--input", "float32[5, 3, 4]")
    assert code == 0, out
    assert "└─ fc: Linear  f32[5, 2]" in out and "Input: x f32[5, 3, 4] (from: given)" in out
    code, out = summary(f"{file}:Net", "--construct", "Net(13)", "--input", "float32[5, 3, 4]")
    assert code == 1 and "✗ fc: mat1 and mat2 shapes cannot be multiplied (5x12 and 13x2)" in out


def test_a_page_and_a_class_that_does_not_run(tmp_path: Path):
    file, page = tmp_path / "net.py", tmp_path / "net.html"
    file.write_text(NET)
    code, out = summary(f"{file}:Net", "--html", page)
    assert code == 0 and out == f"{page} shows Net\n"
    text = page.read_text(encoding="utf-8")
    assert '"name": "fc"' in text and f'"path": "{file}"' in text
    code, out = summary(f"{file}:Unused")
    assert code == 2 and "Unused did not run: " in out
