"""Where the lines of an older text stand in a newer one: what was learned of the old one can be shown meanwhile."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass

from shapewright.model import Location
from shapewright.source import Position, Range, SourceText

_MIDDLE = 2000


@dataclass(frozen=True)
class LineMap:
    """`new` holds for each old line its number in the new text, or None where it was touched; `old` the other way."""

    new: tuple[int | None, ...]
    old: tuple[int | None, ...]

    def forward(self, range_: Range) -> Range | None:
        """A range of the old text in the new one; None where a line of it was touched."""
        return _moved(range_, self.new)

    def backward(self, range_: Range) -> Range | None:
        """A range of the new text in the old one."""
        return _moved(range_, self.old)

    def location(self, location: Location) -> Location | None:
        """A location of the old text in the new one."""
        moved = self.forward(location.range)
        return Location(location.path, moved, location.cell) if moved else None


def _moved(range_: Range, table: tuple[int | None, ...]) -> Range | None:
    first, last = range_.start.line, range_.end.line
    if last >= len(table):
        return None
    start = table[first]
    # Lines that came apart are no longer the same place.
    if start is None or any(table[line] != start + line - first for line in range(first, last + 1)):
        return None
    return Range(Position(start, range_.start.column), Position(start + last - first, range_.end.column))


@functools.lru_cache(maxsize=64)
def line_map(old: SourceText, new: SourceText) -> LineMap:
    """Compare two versions of a file. What is equal at both ends is found at once; only the middle is searched."""
    before, after = old.lines, new.lines
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    to_new: list[int | None] = [*range(head), *[None] * (len(before) - head)]
    for index in range(1, tail + 1):
        to_new[-index] = len(after) - index
    middle_old, middle_new = before[head : len(before) - tail], after[head : len(after) - tail]
    if max(len(middle_old), len(middle_new)) <= _MIDDLE:
        matcher = difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            for index in range(size):
                to_new[head + a + index] = head + b + index
    to_old: list[int | None] = [None] * len(after)
    for index, line in enumerate(to_new):
        if line is not None:
            to_old[line] = index
    return LineMap(tuple(to_new), tuple(to_old))
