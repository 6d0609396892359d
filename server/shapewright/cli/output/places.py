"""Locations as people count them: lines and code point columns from 1, ends exclusive."""

from __future__ import annotations

from typing import Any

from shapewright.cli.result import Result
from shapewright.model import Location


def fields(location: Location, result: Result) -> dict[str, Any]:
    """The members of a location in JSON. `cell`, from 1, is there for notebooks only, and lines are then those of the
    cell."""
    placed = result.place(location)
    start, end = placed.range.start, placed.range.end
    found: dict[str, Any] = {
        "path": result.name(placed.path),
        "line": start.line + 1,
        "column": start.column + 1,
        "end_line": end.line + 1,
        "end_column": end.column + 1,
    }
    if placed.cell is not None:
        found["cell"] = placed.cell + 1
    return found


def text(location: Location, result: Result) -> str:
    """`path:line:column`; in a notebook `path:cell 2:line:column`."""
    where = fields(location, result)
    cell = f"cell {where['cell']}:" if "cell" in where else ""
    return f"{where['path']}:{cell}{where['line']}:{where['column']}"
