import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapewright.resolve.repair import compiles, parseable
from shapewright.source import SourceText

ROOT = Path(__file__).parents[3]
FILES = [path.read_text() for folder in ("server", "examples") for path in sorted((ROOT / folder).rglob("*.py"))]

MODEL = '''\
import torch
from torch import nn


class Net(nn.Module):
    """A model.

    It returns something."""

    def __init__(self):
        super().__init__()
        self.one = nn.Linear(10, 20)
        self.two = nn.Linear(20, 5)

    def forward(self, x):
        """Runs it.

        Args:
            x: (N, 10)
        """
        y = self.one(x)
        HERE
        return self.two(y)


class Other(nn.Module):
    """Another one."""

    def forward(self, x):
        if x.ndim == 2:
            x = x.unsqueeze(0)
        else:
            x = x.flatten()
        return x


net = Net()
print(net(torch.randn(2, 10)))
'''
STATEMENTS = [
    'z = self.two(y, *[1, 2], key="it\'s")',
    "for item in range(3): print(item)",
    "if x is not None and (y.shape[0] == 2): return {1: [y], 'b': (x,)}",
    "with torch.no_grad(): y = self.one(x)",
    "z = lambda a, b=3: a[b:, None] @ b if a else (b := 3)",
    "@torch.no_grad()",
    "def inner(a, *, b: int = 3) -> None: return a",
    '"""A text that is closed in the end."""',
    "assert y.shape == (2, 20), f'{y.shape} is wrong'",
    "try: y",
    "x[0, :, ...] += -1",
    "async def f(): await x",
    "class K(nn.Module): pass",
    "from torch.nn import (functional as F, Module)",
]


def intact_lines(text: str, repaired: str) -> set[int]:
    before, after = SourceText("", text).lines, SourceText("", repaired).lines
    assert len(before) == len(after)
    return {number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old == new}


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_cut_anywhere_compiles(text: str, data: st.DataObject):
    cut = text[: data.draw(st.integers(0, len(text)))]
    repaired = parseable(cut)
    assert compiles(repaired.text)
    broken = {line for r in repaired.broken for line in range(r.start.line, r.end.line + 1)}
    lines = SourceText("", cut).lines
    assert set(range(len(lines))) - intact_lines(cut, repaired.text) <= broken


@given(st.sampled_from(FILES), st.text(max_size=12), st.data())
@settings(max_examples=150, deadline=None)
def test_anything_may_be_typed_anywhere(text: str, typed: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(text)))
    assert compiles(parseable(text[:at] + typed + text[at:]).text)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_typing_a_statement_leaves_the_others_alone(statement: str):
    for end in range(1, len(statement)):
        text = MODEL.replace("HERE", statement[:end])
        repaired = parseable(text)
        assert compiles(repaired.text)
        touched = set(range(len(text.splitlines()))) - intact_lines(text, repaired.text)
        assert touched <= {21}, (statement[:end], repaired.text)


def test_a_sound_file_stays_as_it_is():
    text = MODEL.replace("HERE", "pass")
    assert parseable(text) == type(parseable(text))(text)


def test_an_open_docstring_does_not_turn_the_file_inside_out():
    text = MODEL.replace("        HERE", '        """Typing').replace(
        '    """Another one."""', '    """Another one.\n    """'
    )
    repaired = parseable(text)
    assert "class Other" in repaired.text
    assert "def __init__" in repaired.text
    assert [r.start.line for r in repaired.broken] == [21]


def test_blanked_names_are_told():
    repaired = parseable("a, b = f(\nfor i in g(\nimport torch as\nself.c = (\nz: int = [\nx += (\n")
    assert {"a", "b", "i", "c", "z", "x"} <= repaired.names
    assert "self" not in repaired.names


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_stay(line_end: str):
    text = line_end.join(["def f():", "    x = (", "    return 3", ""])
    repaired = parseable(text)
    assert repaired.text == line_end.join(["def f():", "    pass", "    return 3", ""])


@pytest.mark.parametrize(
    "text", ["a\0b", "\ud800", "(" * 500, "\tx\n  y\n", "return 3", "from __future__ import nope\nx = 1\n"]
)
def test_what_the_compiler_refuses_for_other_reasons(text: str):
    assert compiles(parseable(text).text)


def test_a_null_byte_costs_its_statement():
    repaired = parseable("x = 1\nif x:\n    y = '\0'\nz = 2\n")
    assert [line.strip() for line in repaired.text.splitlines()] == ["x = 1", "if x:", "pass", "z = 2"]
    assert [(r.start.line, r.start.column) for r in repaired.broken] == [(2, 4)] and repaired.names == {"y"}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python does not know the statement itself")
def test_a_statement_that_only_a_newer_python_knows():
    text = "x = 1\ntry:\n    y = 2\nexcept* OSError:\n    pass\nz = 3\n"
    assert parseable(text).text == text
    assert [line.strip() for line in parseable(text, (3, 10)).text.splitlines()] == ["x = 1", "", "", "", "", "z = 3"]


def test_the_future_stays_possible_above_a_broken_first_line():
    assert parseable("x = (\nfrom __future__ import annotations\ny = 1\n").text.splitlines()[1:] == [
        "from __future__ import annotations",
        "y = 1",
    ]


def test_a_branch_without_its_condition_does_not_run():
    repaired = parseable("if a:\n    x = 1\nelif b(:\n    x = 2\nelse:\n    x = 3\ny = 1\n")
    assert [line.strip() for line in repaired.text.splitlines()] == ["if a:", "x = 1", "", "", "", "", "y = 1"]
