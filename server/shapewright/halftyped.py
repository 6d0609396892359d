"""The open files of one analysis, made parseable, and what may be said about them while somebody types.

A statement that does not parse is taken out. What it would have bound is bound to the result of `input()`, which to the
worker is a value that nobody can know: code that uses it goes on, and says nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shapewright import wire
from shapewright.model import Finding, Location
from shapewright.resolve.repair import Repaired, compiles, parseable
from shapewright.source import Range, SourceText
from shapewright.sources import Sources

_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_TELLING = frozenset({"self", "cls", "_"})
_WORD = re.compile(r"[^\W\d]\w*")
_MISSING = frozenset({"NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError"})
_LEAVES = re.compile(r"\s*(return|yield)\b")
_DEFINES = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(?P<names>\w+)")
_BLOCK = re.compile(r"\s*(?:async\s+)?(?:if|for|while|with|try|match)\b")
_BINDS = (
    re.compile(r"^\s*(?P<names>[^\W\d][\w.]*(?:\s*,\s*[^\W\d][\w.]*)*)\s*(?::[^=]*)?(?:[-+*/@%&|^]|//|\*\*)?=(?!=)"),
    re.compile(r"\bfor\s+\(?(?P<names>[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\)?\s+in\b"),
    re.compile(r"^\s*(?:from\s+[\w.]+\s+)?import\s+\(?(?P<names>[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)"),
    re.compile(r"\bas\s+(?P<names>[^\W\d]\w*)"),
)


@dataclass(frozen=True)
class Buffers:
    """`texts` is what the worker runs; `broken` the statements of each file that do not parse; `names` what is not
    bound because of them. Lines and columns of `sources` are those of the editor."""

    texts: Mapping[str, str]
    sources: Sources
    broken: Mapping[str, tuple[Range, ...]]
    names: Mapping[str, frozenset[str]]

    @staticmethod
    def read(buffers: Mapping[str, str]) -> Buffers:
        """The buffers, each repaired where it does not parse."""
        texts: dict[str, str] = {}
        broken: dict[str, tuple[Range, ...]] = {}
        names: dict[str, frozenset[str]] = {}
        for path, text in buffers.items():
            repaired = parseable(text)
            texts[path] = repaired.text
            if repaired.broken:
                broken[path] = repaired.broken
                bound = _bound(SourceText(path, text), repaired)
                texts[path], names[path] = (
                    (bound, frozenset()) if bound else (repaired.text, repaired.names - _NOT_TELLING)
                )
        return Buffers(texts, Sources(texts), broken, names)

    def is_broken(self, location: Location) -> bool:
        """Whether a place lies in a statement that does not parse."""
        ranges = self.broken.get(location.path, ())
        return any(r.start <= location.range.end and location.range.start <= r.end for r in ranges)

    def _has_no_arguments_yet(self, finding: Finding) -> bool:
        failure = finding.failure
        if failure is None or failure.exception != "TypeError" or "missing" not in failure.message:
            return False
        return self.sources.text(finding.location).endswith("()")

    def typing(self, finding: Finding) -> bool:
        """Whether a finding may only be there because a statement is half typed: it stands in it, or in code that uses
        what the statement would have bound, or is an error about a name that is not there. A call that lacks arguments
        and has none yet is typed too: editors close the parenthesis at once."""
        if self._has_no_arguments_yet(finding):
            return True
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


def _bound(original: SourceText, repaired: Repaired) -> str | None:
    """The repaired text with everything bound that a blanked statement would have bound; None where that does not
    parse."""
    text = SourceText(original.path, repaired.text)
    lines = list(text.lines)
    for broken in repaired.broken:
        numbers = range(broken.start.line, broken.end.line + 1)
        # `pass` stands where a statement of a suite was, nothing where one of the file's own level was.
        starts = [
            n for n in numbers if lines[n].strip() == "pass" or (not lines[n].strip() and original.line(n)[:1].strip())
        ]
        for start, end in zip(starts, [*starts[1:], numbers.stop][: len(starts)], strict=True):
            indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())] if lines[start].strip() else ""
            statement = _binding([original.line(number) for number in range(start, end)])
            lines[start] = indent + statement if statement else lines[start]
    ends = _LINE_END.findall(repaired.text)
    result = "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    return result if compiles(result) else None


def _binding(lines: list[str]) -> str:
    """A statement that binds what the lines of a broken one would have bound."""
    if _LEAVES.match(lines[0]):
        return "return input()"
    defines = _DEFINES.match(lines[0])
    if defines:
        return f"{defines['names']} = input()"
    # Further lines of a simple statement hold arguments, those of a block statements.
    matches = [m for line in (lines if _BLOCK.match(lines[0]) else lines[:1]) for p in _BINDS for m in p.finditer(line)]
    names = dict.fromkeys(name.strip() for match in matches for name in match["names"].split(","))
    return "; ".join(f"{name} = input()" for name in names)
