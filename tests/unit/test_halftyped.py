from __future__ import annotations

import pytest

from shapewright.halftyped import Buffers


def text_of(text: str) -> str:
    return Buffers.read({"a.py": text}).texts["a.py"]


def body(*lines: str) -> str:
    return "def f(self, x):\n" + "".join(f"    {line}\n" for line in lines) + "    done()\n"


def test_a_text_that_parses_is_left_alone() -> None:
    assert text_of("x = 1\r\ny = 2") == "x = 1\r\ny = 2"


@pytest.mark.parametrize(
    ("typed", "bound"),
    [
        ("x = relu(", "x = input()"),
        ("x += relu(", "x = input()"),
        ("self.fc = nn.Linear(", "self.fc = input()"),
        ("h, c = lstm(x,", "h = input(); c = input()"),
        ("x: Tensor = relu(", "x = input()"),
        ("return relu(", "return input()"),
        ("relu(x", "pass"),
        ("x = relu(a == b, c=", "x = input()"),
    ],
)
def test_what_a_broken_statement_would_have_bound_is_unknown(typed: str, bound: str) -> None:
    assert text_of(body("a = 1", typed)) == body("a = 1", bound)


@pytest.mark.parametrize(
    ("typed", "bound"),
    [
        ("x = relu(\ny = 1\n", "x = input()\ny = 1\n"),
        ("import torch as\ny = 1\n", "torch = input()\ny = 1\n"),
        ("from a import (b, c\ny = 1\n", "b = input(); c = input()\ny = 1\n"),
        ("def f(:\n    z = 1\ny = 1\n", "f = input()\n         \ny = 1\n"),
        ("x = f(\r\ny = 1\r\n", "x = input()\r\ny = 1\r\n"),
    ],
)
def test_at_the_level_of_the_file(typed: str, bound: str) -> None:
    assert text_of(typed) == bound


def test_an_indented_line_at_the_level_of_the_file_binds_nothing() -> None:
    assert Buffers.read({"a.py": "y = 1\n\n y.backward()\nz = 2\n"}).texts["a.py"] == "y = 1\n\n             \nz = 2\n"


def test_arguments_on_further_lines_are_no_names() -> None:
    text = text_of(body("x = Net(", "    width=3,", "    depth=", "y = 1"))
    assert "x = input()" in text
    assert "width = input()" not in text
    assert "y = 1" in text


def test_where_binding_does_not_parse_the_names_are_kept_instead() -> None:
    buffers = Buffers.read({"a.py": "x = f(\nfrom __future__ import annotations\n"})
    assert "input" not in buffers.texts["a.py"]
    assert buffers.names["a.py"] == {"x"}
