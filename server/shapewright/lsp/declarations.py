"""Where `self.conv1` is made, for places that no run has reached: the source says it, also that of bases elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapewright.resolve import syntax
from shapewright.resolve.client import Jedi, packages_of
from shapewright.resolve.outline import Outlines
from shapewright.resolve.repair import parseable
from shapewright.source import Position, Range, SourceText
from shapewright.sources import Sources

_ATTRIBUTE = re.compile(r"\bself\.([^\W\d]\w*)")


@dataclass(frozen=True)
class Found:
    """`text` is the statement's target and value; `path` and `line` (from 1) say where it stands."""

    range: Range
    text: str
    path: str
    line: int


class Declarations:
    """Asks jedi, in a process that starts when it is first needed. Its methods block: they are for threads."""

    def __init__(self) -> None:
        self._jedi: Jedi | None = None
        self._outlines = Outlines(None)
        self._key: object = None

    def find(
        self,
        source: SourceText,
        position: Position,
        buffers: Mapping[str, str],
        roots: Sequence[str],
        interpreter: str | None,
    ) -> Found | None:
        """The declaration behind `self.name` at a position. Without an interpreter only this file is looked at."""
        match = next(
            (m for m in _ATTRIBUTE.finditer(source.line(position.line)) if m.start() <= position.column <= m.end()),
            None,
        )
        if match is None:
            return None
        repaired = SourceText(source.path, parseable(source.text).text)
        name = syntax.class_at(syntax.read(repaired), position)
        outline = self._for(roots, interpreter).outline(repaired, buffers) if name else None
        owner = (
            next((item for item in outline.classes if item.name == name and not item.imported), None)
            if outline
            else None
        )
        declaration = owner.declaration(match[1]) if owner else None
        if declaration is None:
            return None
        here = Range(Position(position.line, match.start()), Position(position.line, match.end()))
        value = Sources(buffers).text(declaration.value)
        place = declaration.location
        return Found(here, f"self.{match[1]} = {value}", place.path, place.range.start.line + 1)

    def close(self) -> None:
        """End the process."""
        if self._jedi is not None:
            self._jedi.close()

    def _for(self, roots: Sequence[str], interpreter: str | None) -> Outlines:
        key = (tuple(roots), interpreter)
        if key != self._key:
            self.close()
            self._key = key
            self._jedi = None if interpreter is None else Jedi(roots, packages_of(interpreter))
            self._outlines = Outlines(self._jedi, roots)
        return self._outlines
