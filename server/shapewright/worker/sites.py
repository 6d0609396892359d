"""Sites: the places in a file that the instrumented code reports about, and what is known of them before it runs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

Where = tuple[int, int, int, int]
"""Line from 1, UTF-8 column from 0, end line, end column: as `ast` and `co_positions` give them."""
NOWHERE: Where = (0, 0, 0, 0)


@dataclass(frozen=True)
class Site:
    """One place. `role` is that of `wire.ValueFact`; `name` is the variable or attribute where it has one."""

    where: Where
    role: str
    name: str = ""
    function: str = ""


@dataclass(frozen=True)
class TryRegion:
    """The body of a `try`, or of a `with` that catches.

    `types` are the handlers' expressions (empty: catches everything). A `probe` goes on with an alternative when the
    body fails, so a failure in it is no mistake; otherwise the handlers only report and hide nothing.
    """

    first: int
    last: int
    types: tuple[ast.expr, ...]
    probe: bool


@dataclass
class FileSites:
    """All sites of one instrumented file. `calls` maps a call's range to the range that a finding shows."""

    path: str
    sites: list[Site] = field(default_factory=list)
    statements: list[Where] = field(default_factory=list)
    regions: list[TryRegion] = field(default_factory=list)
    calls: dict[Where, Where] = field(default_factory=dict)
    on_line: dict[int, list[Where]] = field(default_factory=dict)
    raises: set[int] = field(default_factory=set)
    asserts: set[int] = field(default_factory=set)
    text: str = ""
    parsed: ast.Module | None = None

    def tree(self) -> ast.Module:
        """The file as it was written."""
        if self.parsed is None:
            self.parsed = ast.parse(self.text)
        return self.parsed


def where(node: ast.AST) -> Where:
    """The range of a node."""
    n: ast.expr = node  # type: ignore[assignment]  # every statement and expression has the four attributes
    return (n.lineno, n.col_offset, n.end_lineno or n.lineno, n.end_col_offset or n.col_offset)


def inside(inner: Where, outer: Where) -> bool:
    """Whether one range lies in another (or is the same)."""
    return (outer[0], outer[1]) <= (inner[0], inner[1]) and (inner[2], inner[3]) <= (outer[2], outer[3])
