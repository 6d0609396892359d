"""Dimensions as expressions of the free sizes; what they say is compared with real runs on random sizes."""

from __future__ import annotations

import ast
import random
import textwrap
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from shapewright import wire  # noqa: E402
from shapewright.annotations import declared_targets  # noqa: E402
from shapewright.source import SourceText  # noqa: E402
from shapewright.worker.run import execute  # noqa: E402
from shapewright.worker.targets.fits import linear  # noqa: E402

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
MODULES = [
    (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c, self.d = nn.Conv2d(3, 24, 3, 2, 1), nn.Conv2d(24, 48, 3, 2, 1)
            def forward(self, x):
                y = self.d(self.c(x))
                return y
        """,
        ("B", "48", "H/4", "W/4"),
        {"H": 32, "W": 32},
    ),
    (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c = nn.Conv2d(3, 64, 16, 16)
                self.cls = nn.Parameter(torch.zeros(1, 1, 64))
            def forward(self, x):
                y = self.c(x).flatten(2).transpose(1, 2)
                return torch.cat([self.cls.expand(y.size(0), -1, -1), y], 1)
        """,
        ("B", "H*W/256+1", "64"),
        {"H": 32, "W": 32},
    ),
    (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.e = nn.Embedding(1000, 32)
            def forward(self, ids):
                '''
                Args:
                    ids: LongTensor of shape (N, L)
                '''
                e = self.e(ids)
                return torch.cat([e[:, 1:], e], dim=1)
        """,
        ("N", "2*L-1", "32"),
        {"L": 1},
    ),
    (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c = nn.Conv2d(3, 8, 5)
            def forward(self, x):
                return F.interpolate(self.c(x), scale_factor=2)
        """,
        ("B", "8", "2*H-8", "2*W-8"),
        {"H": 32, "W": 32},
    ),
]


def returned(tmp_path: Path, source: str) -> tuple[wire.TargetStatus, wire.ValueFact]:
    path = str(tmp_path / "main.py")
    tree = ast.parse(source)
    named = {t.name: t for t in declared_targets(SourceText(path, source), tree)}
    targets = (named.get("Net", wire.Target("Net")),)
    options = wire.Options(probes=True)
    trace = execute(wire.Run(1, path, {path: source}, (str(tmp_path),), targets=targets, options=options))
    found = next(n for n in ast.walk(tree) if isinstance(n, ast.Return))
    assert found.value is not None
    where = (found.value.lineno, found.value.col_offset, found.value.end_lineno, found.value.end_col_offset)
    fact = next(v for v in trace.values if (v.span.line, v.span.column, v.span.end_line, v.span.end_column) == where)
    return trace.targets[-1], fact


@pytest.mark.parametrize(("text", "expected", "steps"), MODULES)
def test_expressions_are_what_real_runs_give(
    tmp_path: Path, text: str, expected: tuple[str, ...], steps: dict[str, int]
) -> None:
    source = HEAD + textwrap.dedent(text)
    status, fact = returned(tmp_path, source)
    tensor = fact.value.tensor
    assert status.status == "checked" and tensor is not None and tensor.symbols is not None
    assert tensor.symbols == expected
    scope: dict[str, Any] = {"__name__": "real"}
    exec(source, scope)
    net, drawn = scope["Net"](), random.Random(7)
    names = ("N", "L") if "ids" in text else ("B", "H", "W")
    for _ in range(5):
        sizes = {n: drawn.randint(2, 6) * steps.get(n, 1) for n in names}
        given = (
            torch.zeros([sizes[n] for n in names], dtype=torch.int64)
            if "ids" in text
            else torch.zeros(sizes["B"], 3, sizes["H"], sizes["W"])
        )
        with torch.no_grad():
            real = tuple(net(given).shape)
        assert real == tuple(eval(s.replace("/", "//"), {}, sizes) for s in tensor.symbols)


def test_a_number_that_is_the_size_of_a_name_stays_a_number(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 96, 1)
        def forward(self, x):
            return self.c(x)
    """
    _, fact = returned(tmp_path, HEAD + textwrap.dedent(text))
    assert fact.value.tensor is not None
    assert fact.value.tensor.symbols == ("B", "96", "H", "W")


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((10, 12, 14), "B"),
        ((21, 25, 29), "2*B+1"),
        ((5, 6, 7), "B/2"),
        ((7, 7, 7), None),
        ((7, 9, 12), None),
        ((300, 384, 476), "B*T"),
    ],
)
def test_linear(sizes: tuple[int, ...], expected: str | None) -> None:
    assert linear(sizes, [{"B": 10, "T": 30}, {"B": 12, "T": 32}, {"B": 14, "T": 34}], ["B", "T"]) == expected
