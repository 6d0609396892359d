"""Edits keep what they do not mean to change, and numbers are followed to where they are written."""

from __future__ import annotations

import ast

import pytest

from shapewright import edits, wire
from shapewright.fixes._context import Context, Spot
from shapewright.fixes._layers import argument
from shapewright.fixes._numbers import changes, evaluate
from shapewright.fixes._tree import Tree, parse
from shapewright.source import SourceText
from shapewright.sources import Sources

PATH = "/nowhere/main.py"


def tree(text: str) -> Tree:
    found = parse(SourceText(PATH, text))
    assert found is not None
    return found


def context(text: str) -> Context:
    failure = wire.Failure("torch.nn.functional.linear", wire.Span(PATH, 1, 0, 1, 0), "RuntimeError", "")
    return Context(failure, Sources({PATH: text}))


def call(context: Context, name: str) -> Spot:
    return next(context.calls(name))


def applied(text: str, made: object) -> str:
    return edits.apply(made, Sources({PATH: text}))[PATH]


@pytest.mark.parametrize(
    ("text", "name", "method", "after"),
    [
        ("y = f(x)  # note\n", "x", ".float()", "y = f(x.float())  # note\n"),
        ("y = f(a + b)\n", None, ".float()", "y = f((a + b).float())\n"),
        ("naïve = f(größe, x)\n", "x", "[:, -1]", "naïve = f(größe, x[:, -1])\n"),
    ],
)
def test_a_suffix_stands_behind_the_expression(text: str, name: str | None, method: str, after: str) -> None:
    found = tree(text)
    node = next(
        n
        for n in found.expressions
        if (isinstance(n, ast.Name) and n.id == name) or (name is None and isinstance(n, ast.BinOp))
    )
    assert applied(text, found.suffix(node, method)) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("f()\n", "f(dim=1)\n"),
        ("f(x, dim=0)\n", "f(x, dim=1)\n"),
        ("f(\n    (x),\n)\n", "f(\n    (x), dim=1,\n)\n"),
        ("f(x, *rest)\n", "f(x, *rest, dim=1)\n"),
    ],
)
def test_a_keyword_is_set_or_added(text: str, after: str) -> None:
    found = tree(text)
    node = next(n for n in found.expressions if isinstance(n, ast.Call))
    assert applied(text, (found.keyword(node, "dim", "1"),)) == after


def test_the_last_link_of_a_chain_is_taken_away_with_its_dot() -> None:
    text = "y = (a > 0) \\\n    .float().sum()\n"
    found = tree(text)
    node = next(n for n in found.expressions if isinstance(n, ast.Call) and ast.unparse(n.func).endswith("float"))
    assert applied(text, (found.instead(node, ""),)) == "y = (a > 0) \\\n    .sum()\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("WIDTH = 8\nLinear(WIDTH * 2 + 1, 1)\n", 17),
        ("def make(n=3):\n    return Linear(n, 1)\n", 3),
        ("def make(n):\n    return Linear(n, 1)\nmake(n=5)\n", 5),
        ("CONFIG = {'hidden': 32}\nLinear(CONFIG['hidden'], 1)\n", 32),
        ("names = ['a', 'b']\nLinear(len(names), 1)\n", 2),
        ("class A:\n    def __init__(self):\n        self.n = 6\n        Linear(self.n, 1)\n", 6),
        ("class B:\n    def __init__(self, n):\n        Linear(n, 1)\nB(**dict(n=9))\n", 9),
        ("parser.add_argument('--in-size', default=12)\nargs = parse()\nLinear(args.in_size, 1)\n", 12),
        ("x = unknown()\nLinear(x, 1)\n", None),
        ("Linear(2 ** 999, 1)\n", None),
        ("n = n\nLinear(n, 1)\n", None),
    ],
)
def test_a_number_is_followed(text: str, value: int | None) -> None:
    where = context(text)
    given = argument(call(where, "Linear"), "in_features")
    assert given is not None
    assert evaluate(where, given) == value


@pytest.mark.parametrize(
    ("text", "current", "wanted", "after"),
    [
        ("Linear(400, 1)\n", 400, 576, "Linear(576, 1)\n"),
        ("Linear(16 * 5 * 5, 1)\n", 400, 576, "Linear(16 * 6 * 6, 1)\n"),
        ("N = 8\nLinear(N, 1)\n", 8, 9, "N = 9\nLinear(N, 1)\n"),
        ("def f(a, b):\n    Linear(a, 1)\nf(8, 4)\n", 8, 4, "def f(a, b):\n    Linear(b, 1)\nf(8, 4)\n"),
        ("def f(a, b):\n    Linear(a, 1)\nf(8, 4)\n", 8, 12, "def f(a, b):\n    Linear(a + b, 1)\nf(8, 4)\n"),
        ("N = [1, 2]\nLinear(len(N) - 1, 1)\n", 1, 2, "N = [1, 2]\nLinear(len(N), 1)\n"),
        (
            "for i in range(3):\n    Linear(n + 6, 1)\nn = 12\n",
            18,
            12,
            "for i in range(3):\n    Linear(n + i * 6, 1)\nn = 12\n",
        ),
    ],
)
def test_a_number_is_changed_where_it_is_written(text: str, current: int, wanted: int, after: str) -> None:
    where = context(text)
    given = argument(call(where, "Linear"), "in_features")
    assert given is not None
    found = changes(where, given, current, wanted)
    assert after in [applied(text, change.edits) for change in found]
    if "range" not in text:
        assert applied(text, found[0].edits) == after
