"""The open files of one analysis, made parseable, and what may be said about them while somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shapewright import wire
from shapewright.model import Finding, Location
from shapewright.resolve.repair import parseable
from shapewright.source import Range
from shapewright.sources import Sources

_NOT_TELLING = frozenset({"self", "cls", "_"})
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Buffers:
    """`texts` is what the worker runs; `broken` the statements of each file that do not parse; `names` what those would
    have bound. Lines and columns of `sources` are those of the editor."""

    texts: Mapping[str, str]
    sources: Sources
    broken: Mapping[str, tuple[Range, ...]]
    names: Mapping[str, frozenset[str]]

    @staticmethod
    def read(buffers: Mapping[str, str]) -> Buffers:
        """The buffers, each repaired where it does not parse."""
        repaired = {path: parseable(text) for path, text in buffers.items()}
        texts = {path: result.text for path, result in repaired.items()}
        broken = {path: result.broken for path, result in repaired.items() if result.broken}
        names = {path: result.names - _NOT_TELLING for path, result in repaired.items() if result.broken}
        return Buffers(texts, Sources(texts), broken, names)

    def is_broken(self, location: Location) -> bool:
        """Whether a place lies in a statement that does not parse."""
        ranges = self.broken.get(location.path, ())
        return any(r.start <= location.range.end and location.range.start <= r.end for r in ranges)

    def typing(self, finding: Finding) -> bool:
        """Whether a finding may only be there because a statement is half typed: it stands in it, or in code that uses
        what the statement would have bound, or is an error about a name that is not there."""
        if not self.broken:
            return False
        if self.is_broken(finding.location):
            return True
        failure = finding.failure
        if failure is None:
            return False
        if failure.exception in (
            "NameError",
            "UnboundLocalError",
            "AttributeError",
            "ImportError",
            "ModuleNotFoundError",
        ):
            return True
        return any(self._uses(span) for span in _spans(failure))

    def _uses(self, span: wire.Span) -> bool:
        names = self.names.get(span.path)
        source = self.sources.get(span.path)
        if not names or source is None:
            return False
        lines = source.lines[span.line - 1 : span.end_line]
        return any(word in names for line in lines for word in _WORD.findall(line))


def _spans(failure: wire.Failure) -> Iterator[wire.Span]:
    yield failure.span
    for operand in failure.operands:
        if operand.span is not None:
            yield operand.span
        for step in operand.history:
            yield step.span
