"""Notebooks as one program: the code cells in order, and the way back from a place in it to its cell.

The text keeps every line and column of its cells. What only IPython understands is blanked: `%magic`, `!command`,
`name?`.
"""

from __future__ import annotations

import ast
import bisect
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from shapewright import edits as editing
from shapewright.model import Edit, Location
from shapewright.source import Position, Range, SourceText

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:(?P<target>[\w.]+\s*=\s*)?[%!](?=\S).*|\?{1,2}[\w.]+.*|[\w.]+\?{1,2}\s*)$")
_CELL_MAGIC = re.compile(r"^\s*%%\s*(\w+)")
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "memit", "wandb"})
_TIMED = re.compile(r"^(?P<indent>\s*)%time (?=\S)")
_CAPTURED = re.compile(r"^(?P<indent>\s*)%%capture\s+(?:--?\S+\s+)*(?P<name>[^\W\d]\w*)\s*$")
_RUN = re.compile(
    r"^(?P<indent>\s*)%run\s+(?:-\w\s+)*[\"']?(?:\./)?(?P<path>\w+(?:/\w+)*)\.(?P<kind>py|ipynb)[\"']?(?:\s.*)?$"
)
_PYLAB = re.compile(r"^(?P<indent>\s*)%pylab\b")
_STRING = re.compile(r"""('[^'\n]*'|"[^"\n]*"|\#.*)""")


@dataclass(frozen=True)
class Cell:
    """A code cell. `index` counts all cells of the notebook from 0, those with prose too."""

    index: int
    text: str


@dataclass(frozen=True)
class Notebook:
    """`text` is the program; `starts` the line in it where each of `cells` begins."""

    path: str
    cells: tuple[Cell, ...]
    text: str
    starts: tuple[int, ...]

    def place(self, location: Location) -> Location:
        """The same place within its cell. A location of another file stays as it is."""
        if location.path != self.path or location.cell is not None or not self.starts:
            return location
        number = max(bisect.bisect_right(self.starts, location.range.start.line) - 1, 0)
        first = self.starts[number]
        start, end = location.range.start, location.range.end
        inside = Range(Position(start.line - first, start.column), Position(max(end.line - first, 0), end.column))
        return replace(location, range=inside, cell=self.cells[number].index)


def join(path: str, cells: Sequence[Cell]) -> Notebook:
    """The code cells of a notebook as one program."""
    lines: list[str] = []
    starts: list[int] = []
    for cell in cells:
        python = _python(SourceText(path, cell.text).lines)
        if _is_indented(python):
            lines.append("if 1:")
        starts.append(len(lines))
        lines.extend(python)
    return Notebook(path, tuple(cells), "\n".join(lines) + "\n", tuple(starts))


def read(path: str, text: str) -> Notebook:
    """The program in the JSON of an .ipynb file. ValueError where it is none."""
    return join(path, [Cell(index, "".join(cell["source"])) for index, cell in _code_cells(_load(path, text))])


def edit(path: str, text: str, edits: Iterable[Edit]) -> str:
    """The JSON of the notebook with the edits, given in places of its program, made in its cells."""
    notebook = read(path, text)
    by_cell: dict[int, list[Edit]] = {}
    for one in edits:
        location = notebook.place(one.location)
        by_cell.setdefault(cast(int, location.cell), []).append(replace(one, location=location))
    data = _load(path, text)
    for index, cell in _code_cells(data):
        if index in by_cell:
            source = SourceText(path, "".join(cell["source"]))
            new = editing.apply(by_cell[index], {path: source})[path]
            cell["source"] = new.splitlines(keepends=True) if isinstance(cell["source"], list) else new
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _load(path: str, text: str) -> dict[str, Any]:
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path} is no notebook: {error}") from error
    if not isinstance(data, dict) or not isinstance(cast(dict[str, Any], data).get("cells"), list):
        raise ValueError(f"{path} is no notebook of format 4: it has no list of cells")
    return cast(dict[str, Any], data)


def _code_cells(data: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    return [
        (index, cell)
        for index, cell in enumerate(data["cells"])
        if cell.get("cell_type") == "code" and "source" in cell
    ]


def _python(lines: Sequence[str]) -> list[str]:
    """The lines of a cell, those of IPython blanked."""
    magic = _CELL_MAGIC.match(next((line for line in lines if line.strip()), ""))
    if magic is None and _parses(lines):
        return list(lines)
    if magic is not None and magic[1] not in _PYTHON_CELLS:
        return [""] * len(lines)
    out: list[str] = []
    depth, command = 0, False
    for line in lines:
        if command:  # a command that goes on behind a backslash
            command = line.rstrip().endswith("\\")
            out.append("")
            continue
        match = _MAGIC.match(line) if depth == 0 and not (out and out[-1].endswith("\\")) else None
        if match is None:
            bare = _STRING.sub("", line)
            depth = max(0, depth + sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}")))
            out.append(line)
        else:
            command = line.rstrip().endswith("\\")
            out.append(_instead(line, match))
    return out


def _is_indented(lines: Sequence[str]) -> bool:
    """Whether a cell as a whole is further to the right, which IPython takes and Python does not."""
    first = next((line for line in lines if line.strip()), "")
    return first[:1] in (" ", "\t") and not _parses(lines) and _parses(["if 1:", *lines])


def _instead(line: str, magic: re.Match[str]) -> str:
    """A statement that binds what a line of IPython's binds."""
    if magic["target"]:
        # What a command prints is as unknown as what a person types.
        return f"{magic['indent']}{magic['target']}input()"
    if timed := _TIMED.match(line):
        # As long as what it stands for, so that columns stay.
        statement = f"{timed['indent']}if 1: {line[timed.end() :]}"
        return statement if _parses([statement.strip()]) else f"{magic['indent']}pass"
    if captured := _CAPTURED.match(line):
        return f"{captured['indent']}{captured['name']} = input()"
    if run := _RUN.match(line):
        module = run["path"].replace("/", ".")
        return f"{run['indent']}from {module}{'_ipynb' if run['kind'] == 'ipynb' else ''} import *"
    return f"{magic['indent']}from matplotlib.pylab import *" if _PYLAB.match(line) else f"{magic['indent']}pass"


def _parses(lines: Sequence[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return False
    return True
