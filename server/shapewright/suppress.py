"""Comments that hide findings.

`# shapewright: ignore[code]` behind a line hides the findings of that line, alone on a line those of the next one; `#
shapewright: ignore-file[code]` alone on a line hides those of the whole file. Several codes stand with commas between
them; without brackets every code is meant. One that hides nothing is reported, so that none outlives its reason.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from shapewright.config import nearest
from shapewright.model import Finding, Location, Severity
from shapewright.source import Position, Range, SourceText

UNUSED = "unused-suppression"

_COMMENT = re.compile(r"#\s*shapewright:\s*(?P<word>ignore-file|ignore)\b\s*(?:\[(?P<codes>[^\]]*)\])?")


@dataclass(frozen=True)
class Suppression:
    """One comment. `lines` are those it speaks for, counted from 0; None is the whole file. No `codes`: all of them."""

    range: Range
    codes: tuple[str, ...]
    lines: tuple[int, ...] | None

    def hides(self, finding: Finding) -> bool:
        """Whether this comment is meant for the finding, both in the same file."""
        span = finding.location.range
        placed = self.lines is None or any(span.start.line <= line <= span.end.line for line in self.lines)
        return placed and (not self.codes or finding.code in self.codes)


def read(source: SourceText) -> tuple[Suppression, ...]:
    """The suppressions written in a text."""
    if "shapewright:" not in source.text:
        return ()
    found: list[Suppression] = []
    for position, comment in _comments(source):
        match = _COMMENT.match(comment)
        if match is None:
            continue
        alone = not source.line(position.line)[: position.column].strip()
        codes = tuple(code for part in (match["codes"] or "").split(",") if (code := part.strip()))
        end = Position(position.line, position.column + match.end())
        if match["word"] == "ignore-file":
            lines = None if alone else (position.line,)
        else:
            lines = (_next_line_of_code(source, position.line),) if alone else (position.line,)
        found.append(Suppression(Range(position, end), codes, lines))
    return tuple(found)


def split(
    findings: Iterable[Finding], sources: Mapping[str, SourceText]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that stay, and those that a comment in their file hides."""
    comments: dict[str, tuple[Suppression, ...]] = {}
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        path = finding.location.path
        if path not in comments:
            source = sources.get(path)
            comments[path] = read(source) if source else ()
        (hidden if any(s.hides(finding) for s in comments[path]) else kept).append(finding)
    return tuple(kept), tuple(hidden)


def unused(source: SourceText, hidden: Collection[Finding], codes: Collection[str]) -> tuple[Finding, ...]:
    """A hint for each suppression of this file that hides none of `hidden`, or that names no rule."""
    here = [finding for finding in hidden if finding.location.path == source.path]
    hints: list[Finding] = []
    for suppression in read(source):
        unknown = [code for code in suppression.codes if code not in codes]
        if unknown:
            match = nearest(unknown[0], codes)
            message = f"there is no rule {unknown[0]!r}" + (f"; did you mean {match!r}?" if match else "")
        elif any(suppression.hides(finding) for finding in here):
            continue
        else:
            message = f"nothing is hidden by this comment{_named(suppression.codes)}; remove it"
        location = Location(source.path, suppression.range)
        hints.append(Finding(UNUSED, Severity.HINT, message, location, entry=source.path))
    return tuple(hints)


def _named(codes: tuple[str, ...]) -> str:
    return f": no {' or '.join(codes)} here" if codes else ""


def _next_line_of_code(source: SourceText, line: int) -> int:
    for number in range(line + 1, len(source.lines)):
        text = source.lines[number].strip()
        if text and not text.startswith("#"):
            return number
    return line


def _comments(source: SourceText) -> Iterator[tuple[Position, str]]:
    """Each comment with its place; strings that look like one are none. A text that cannot be tokenized has no more of
    them."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT:
                yield Position(token.start[0] - 1, token.start[1]), token.string
    except (tokenize.TokenError, SyntaxError):
        return
