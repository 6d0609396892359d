"""The command line as people start it, with the real worker; shapes are compared with a real run of the same file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import shapewright

ROOT = Path(__file__).parents[2]
SERVER = Path(shapewright.__file__).parents[1]

PROGRAM = """\
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, stride=2)
        self.head = nn.Linear(width, 10)

    def forward(self, images):
        features = torch.relu(self.conv(images))
        return self.head(features.mean((2, 3)))


größe = torch.arange(6).reshape(2, 3)
logits = Encoder(8)(torch.randn(4, 3, 33, 31))
labels = torch.randint(0, 10, (4,))
for step in range(2):
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward(retain_graph=True)
half = logits.detach().half()
top, where = logits.topk(3, dim=1)
"""


def shapewright_(*argv: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SERVER), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "shapewright", *argv]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False)


def test_the_examples_that_are_wrong_have_one_error_each_where_pytorch_raises() -> None:
    names = ["examples/batches.py", "examples/channels.py", "examples/dtypes.py"]
    done = shapewright_("check", *names, "--format", "json", cwd=ROOT)
    assert (done.returncode, done.stderr) == (1, "")
    data = json.loads(done.stdout)
    assert [file["status"] for file in data["files"]] == ["ok"] * 3

    def text_at(found: dict[str, Any]) -> str:
        line = (ROOT / found["path"]).read_text(encoding="utf-8").splitlines()[found["line"] - 1]
        return line[found["column"] - 1 : found["end_column"] - 1]

    assert [(found["path"], text_at(found)) for found in data["diagnostics"]] == [
        ("examples/batches.py", "criterion(predictions, targets)"),
        ("examples/channels.py", "self.conv1(x)"),
        ("examples/dtypes.py", "model(readings)"),
    ]


def test_shapes_are_those_of_a_real_run(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    done = shapewright_("shapes", "program.py", "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    said = {value["text"]: (value["shape"], value["dtype"]) for value in json.loads(done.stdout)["values"]}
    torch = pytest.importorskip("torch")
    real: dict[str, Any] = {}
    exec(compile(PROGRAM, "program.py", "exec"), real)
    tensors = {name: value for name, value in real.items() if isinstance(value, torch.Tensor)}
    assert set(tensors) == {"größe", "logits", "labels", "loss", "half", "top", "where"}
    for name, value in tensors.items():
        assert said[name] == (list(value.shape), str(value.dtype).removeprefix("torch.")), name


def test_a_fix_is_written_and_the_program_then_runs(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    text = "import torch\nfrom torch import nn\n\nx = torch.ones(2, 3, dtype=torch.float64)\ny = nn.Linear(3, 4)(x)\n"
    program.write_text(text, encoding="utf-8")
    torch = pytest.importorskip("torch")
    assert torch.__version__
    with pytest.raises(RuntimeError):
        exec(compile(text, "program.py", "exec"), {})
    done = shapewright_("fix", "program.py", "--write", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    fixed = program.read_text(encoding="utf-8")
    assert fixed != text
    exec(compile(fixed, "program.py", "exec"), {})


def test_an_interpreter_that_does_not_exist_is_said(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    done = shapewright_("check", "program.py", "--python", "./no/such/python", cwd=tmp_path)
    assert done.returncode == 2
    assert "no/such/python does not exist" in done.stdout
    assert "--python" in done.stdout


def test_shapes_are_written_into_a_file_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(PROGRAM.partition("\n\n\ngröße")[0].replace("width: int", "width: int = 8") + "\n")
    before = path.read_text()
    shown = shapewright_("annotate", "net.py", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "+            images: (B, 3, H, W)\n" in shown.stdout
    assert "+            (B, 10)\n" in shown.stdout
    assert path.read_text() == before
    assert shapewright_("annotate", "net.py", "--write", cwd=tmp_path).stdout == "wrote net.py\n"
    again = shapewright_("annotate", "net.py", cwd=tmp_path)
    assert again.stdout == "net.py: nothing to write; its model has its shapes\n"
    values = json.loads(shapewright_("shapes", "net.py", "--format", "json", cwd=tmp_path).stdout)["values"]
    assert {v["source"] for v in values if v["text"] == "images"} == {"docstring"}


WIDE = """\
import torch
from torch import nn

name = '😀é日'; layer = nn.Linear(10, 1); 文 = torch.randn(4, 8); bad = layer(文)
class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc = nn.Linear(size, 3)
    def forward(self, x, mask=None):
        y = self.fc(x)
        return y if mask is None else y * mask
"""


def test_columns_are_code_points_behind_wide_characters(tmp_path: Path) -> None:
    (tmp_path / "wide.py").write_text(WIDE, encoding="utf-8")
    lines = WIDE.split("\n")

    def text(place: dict[str, Any]) -> str:
        assert place["line"] == place["end_line"]
        return lines[place["line"] - 1][place["column"] - 1 : place["end_column"] - 1]

    data = json.loads(shapewright_("check", "wide.py", "--format", "json", cwd=tmp_path).stdout)
    (found,) = data["diagnostics"]
    assert text(found) == "layer(文)"
    assert {text(place) for place in found["related"]} == {"layer", "torch.randn(4, 8)"}
    edits = {(text(edit), edit["text"]) for fix in found["fixes"] for edit in fix["edits"]}
    assert edits >= {("10", "8"), ("8", "10")}
    values = json.loads(shapewright_("shapes", "wide.py", "--format", "json", cwd=tmp_path).stdout)["values"]
    assert {"文", "bad", "layer(文)"} <= {value["text"] for value in values}
    for value in values:
        assert text(value) == value["text"]


@pytest.mark.parametrize(
    ("construct", "inputs", "code"),
    [
        ("Net(8)", ["float32[2,8]"], 0),
        ("Net(size=8)", ["x=float32[2,8]", "mask=bool[2,3]"], 0),
        ("Net(8)", ["float32[2,8]", "mask=bool[2,4]"], 1),
        ("Net(8)", ["float64[2,8]"], 1),
        ("Net()", ["float32[2,8]"], 2),
        ("Net(8)", ["float32[2,8]", "masc=bool[2,3]"], 2),
    ],
)
def test_a_target_given_by_hand_runs_alone(tmp_path: Path, construct: str, inputs: list[str], code: int) -> None:
    (tmp_path / "wide.py").write_text(WIDE, encoding="utf-8")
    given = [word for text in inputs for word in ("--input", text)]
    done = shapewright_("check", "wide.py", "--target", "Net", "--construct", construct, *given, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert "layer(文)" not in done.stdout


def test_a_summary_holds_the_contract_and_check_hints_at_sizes_that_break(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.pool, self.fc = nn.AvgPool2d(4), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.fc(self.pool(x).flatten(1)).squeeze()\n\n\n"
        "Net()(torch.randn(4, 2, 8, 8))\n"
    )
    shown = shapewright_("summary", "net.py", cwd=tmp_path).stdout
    assert "Contract:\n  x: f32[B, 2, H, W]\n  → f32[B]\n  where 8 <= H <= 11\n" in shown
    data = json.loads(shapewright_("summary", "net.py:Net", "--format", "json", cwd=tmp_path).stdout)
    (contract,) = data["contracts"]
    assert [c["text"] for c in contract["constraints"]] == ["8 <= H <= 11", "8 <= W <= 11"]
    assert "nothing found" in shapewright_("check", "net.py", cwd=tmp_path).stdout
    hinted = shapewright_("check", "net.py", "--sizes", cwd=tmp_path)
    assert "net.py:11:16: hint[squeeze-drops-batch]" in hinted.stdout and hinted.returncode == 0
