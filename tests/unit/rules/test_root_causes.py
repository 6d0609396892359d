"""What is shown beside a finding goes back to where the wrong number or dtype was born, through layers and calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shapewright.model import Report

HEAD = "import torch\nfrom torch import nn\n"
PROGRAMS = {
    "the layer before, in a loop": (
        """
layers = nn.ModuleList([nn.Conv2d(3, 8, 3), nn.Conv2d(8, 16, 3),  # cause
                        nn.Conv2d(32, 8, 3)])  # layer
x = torch.randn(2, 3, 32, 32)
for layer in layers:
    x = nn.functional.max_pool2d(torch.relu(layer(x)), 2)
""",
        "the layer that gives it",
    ),
    "the layer before, in a Sequential": (
        """
first = nn.Linear(10, 24)  # cause
net = nn.Sequential(first, nn.ReLU(), nn.Dropout(0.1), nn.Linear(20, 6))
net(torch.randn(4, 10))
""",
        "the layer that gives it",
    ),
    "the layer of another class": (
        """
class Encoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.project = nn.Linear(16, width)  # cause

    def forward(self, x):
        return self.project(x)


encoder, head = Encoder(48), nn.Linear(64, 5)
head(encoder(torch.randn(8, 16)))
""",
        "the layer that gives it",
    ),
    "the operand that brings a dtype": (
        """
class Shift(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = torch.zeros(8)  # cause

    def forward(self, x):
        return x + self.shift


net = nn.Sequential(Shift(), nn.Linear(8, 2)).half()
net(torch.randn(4, 8).half())
""",
        "what has this dtype",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_place_where_it_was_born_is_shown(name: str, analyse: Callable[[str], Report]) -> None:
    body, words = PROGRAMS[name]
    program = HEAD + body
    lines = program.splitlines()
    (finding,) = analyse(program).findings
    shown = [lines[r.location.range.start.line] for r in finding.related if r.message.startswith(words)]
    assert len(shown) == 1
    assert shown[0].endswith("# cause")
