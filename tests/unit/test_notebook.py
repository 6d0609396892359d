from __future__ import annotations

import ast
import json

import pytest

from shapewright import notebook
from shapewright.model import Edit, Location
from shapewright.source import Position, Range


def ipynb(*cells: str | tuple[str, str]) -> str:
    made = [("code", c) if isinstance(c, str) else c for c in cells]
    return json.dumps(
        {
            "cells": [{"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in made],
            "nbformat": 4,
        }
    )


def test_code_cells_are_joined_in_order_and_magics_blanked() -> None:
    book = notebook.read(
        "n.ipynb",
        ipynb("%matplotlib inline\nimport torch", ("markdown", "# prose"), "!pip install x\nx = torch.zeros(2)", "x?"),
    )
    assert book.text == "pass\nimport torch\npass\nx = torch.zeros(2)\npass\n"
    assert book.starts == (0, 2, 4)
    ast.parse(book.text)


def test_a_place_of_the_program_is_a_place_of_its_cell() -> None:
    book = notebook.read("n.ipynb", ipynb("a = 1\nb = 2", ("markdown", "x"), "c = 3\nd = 4"))
    here = Location("n.ipynb", Range(Position(3, 0), Position(3, 5)))
    assert book.place(here) == Location("n.ipynb", Range(Position(1, 0), Position(1, 5)), cell=2)
    elsewhere = Location("model.py", here.range)
    assert book.place(elsewhere) == elsewhere


@pytest.mark.parametrize(
    ("cell", "program"),
    [
        ("%%bash\nls -l", "\n\n"),
        ("%%time\nx = 1", "pass\nx = 1\n"),
        ("files = !ls\nx = 1", "files = input()\nx = 1\n"),
        ("y = (a\n     % b)", "y = (a\n     % b)\n"),
        ("y = (a\n%b)\n!ls", "y = (a\n%b)\npass\n"),
        ("if a:\n    %timeit f()\n    !ls", "if a:\n    pass\n    pass\n"),
        ("%time y = f(x)", "if 1: y = f(x)\n"),
        ("%time for", "pass\n"),
        ("%%capture out\nx = 1", "out = input()\nx = 1\n"),
        ("%%capture --no-stderr\nx = 1", "pass\nx = 1\n"),
        ("!pip install \\\n  torch \\\n  numpy\nx = 1", "pass\n\n\nx = 1\n"),
        ("%run ./lib/utils.py --fast\n%run other.ipynb", "from lib.utils import *\nfrom other_ipynb import *\n"),
        ("%pylab inline", "from matplotlib.pylab import *\n"),
        ("s = '''\n!not a command\n'''", "s = '''\n!not a command\n'''\n"),
    ],
)
def test_what_only_ipython_understands(cell: str, program: str) -> None:
    assert notebook.join("n.ipynb", [notebook.Cell(0, cell)]).text == program


def test_edits_go_into_their_cells_and_nothing_else_changes() -> None:
    text = ipynb("%time 1\na = 1", ("markdown", "x"), "b = 2")
    span = Range(Position(2, 4), Position(2, 5))
    new = notebook.edit("n.ipynb", text, [Edit(Location("n.ipynb", span), "30")])
    before, after = json.loads(text), json.loads(new)
    assert after["cells"][2]["source"] == ["b = 30"]
    after["cells"][2] = before["cells"][2]
    assert after == before


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": 3}'])
def test_what_is_no_notebook_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="is no notebook"):
        notebook.read("n.ipynb", text)


def test_a_cell_that_is_indented_as_a_whole() -> None:
    book = notebook.read("a.ipynb", ipynb("x = 1", "  y = x\n  z = y", "z"))
    assert book.text == "x = 1\nif 1:\n  y = x\n  z = y\nz\n"
    assert book.starts == (0, 2, 4)
