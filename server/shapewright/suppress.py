"""Comments that hide findings.

`# shapewright: ignore[code]` behind a line hides the findings of that line, behind the last line of a statement those
of all its lines, and alone on a line those of the statement that follows; `# shapewright: ignore-file[code]` alone on a
line hides those of the whole file. Several codes stand with commas between them; without brackets every code is meant,
between empty ones none. One that hides nothing is reported, so that none outlives its reason, and so is a code that
does not exist.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from shapewright.config import nearest
from shapewright.model import Edit, Finding, Fix, Location, Severity
from shapewright.source import Position, Range, SourceText

UNUSED = "unused-suppression"
UNKNOWN = "unknown-suppression"

# Also behind the mark of another tool in the same comment. A bracket that is not closed still names codes.
_COMMENT = re.compile(
    r"#\s*shapewright:\s*(?P<word>ignore-file|ignore)(?![\w-])\s*(?P<brackets>\[(?P<codes>[^\]#]*)\]?)?"
)
_NO_CODE = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


@dataclass(frozen=True)
class Suppression:
    """One comment. `lines` are those it speaks for, counted from 0; None is the whole file. `codes` is None where all
    are meant."""

    range: Range
    codes: tuple[str, ...] | None
    lines: tuple[int, ...] | None

    def hides(self, finding: Finding) -> bool:
        """Whether this comment is meant for the finding, both in the same file."""
        span = finding.location.range
        placed = self.lines is None or any(span.start.line <= line <= span.end.line for line in self.lines)
        return placed and (self.codes is None or finding.code in self.codes)


def read(source: SourceText) -> tuple[Suppression, ...]:
    """The suppressions written in a text."""
    if "shapewright:" not in source.text:
        return ()
    comments, statements = _tokens(source)
    found: list[Suppression] = []
    for position, comment in comments:
        alone = not source.line(position.line)[: position.column].strip()
        for match in _COMMENT.finditer(comment):
            start, end = (Position(position.line, position.column + at) for at in match.span())
            names = tuple(code for part in (match["codes"] or "").split(",") if (code := part.strip()))
            whole = alone and match["word"] == "ignore-file"
            lines = None if whole else tuple(_lines(source, position.line, alone, statements))
            found.append(Suppression(Range(start, end), names if match["brackets"] else None, lines))
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


def unknown(source: SourceText, codes: Collection[str]) -> tuple[Finding, ...]:
    """A warning for each code in a suppression of this file that is the name of no rule."""
    found: list[Finding] = []
    comments = read(source)
    for suppression in comments:
        for code in suppression.codes or ():
            if code not in codes:
                match = nearest(code.lower(), codes)
                message = f"there is no rule {code!r}" + (f"; did you mean {match!r}?" if match else "")
                names = [match if c == code and match else c for c in suppression.codes or ()]
                fixes = (_rewritten(source, suppression, names, f"Write {match}"),) if match else ()
                found.append(_finding(UNKNOWN, Severity.WARNING, message, source, suppression, fixes))
    return _unless_hidden(found, comments)


def unused(
    source: SourceText,
    hidden: Iterable[Finding],
    codes: Collection[str],
    enabled: Callable[[str], bool] = lambda _: True,
) -> tuple[Finding, ...]:
    """A hint for each suppression of this file that hides none of `hidden`, or none of one of its codes. Of a code that
    is not `enabled` nobody knows."""
    here = [finding for finding in hidden if finding.location.path == source.path]
    hints: list[Finding] = []
    comments = read(source)
    for suppression in comments:
        used = {finding.code for finding in here if suppression.hides(finding)}
        names = suppression.codes
        if names is None or not names:
            idle, rest = (), ()
            if used:
                continue
        else:
            idle = tuple(c for c in names if c in codes and c not in used and c not in (UNUSED, UNKNOWN) and enabled(c))
            rest = tuple(c for c in names if c not in idle)
            if not idle:
                continue
        if rest:
            message = f"no {' or '.join(idle)} is hidden by this comment; remove it from there"
            fix = _rewritten(source, suppression, rest, f"Remove {', '.join(idle)} from the comment")
        else:
            named = f": no {' or '.join(idle)} here" if idle else " with empty brackets" if names == () else ""
            message = f"nothing is hidden by this comment{named}; remove it"
            fix = Fix("Remove the comment", (Edit(Location(source.path, _with_space(source, suppression)), ""),))
        hints.append(_finding(UNUSED, Severity.HINT, message, source, suppression, (fix,)))
    return _unless_hidden(hints, comments)


def _unless_hidden(found: Iterable[Finding], comments: Iterable[Suppression]) -> tuple[Finding, ...]:
    """What no comment hides by name; one for every code does not speak of itself."""
    named = [s for s in comments if s.codes is not None]
    return tuple(f for f in found if not any(s.hides(f) for s in named))


def _finding(
    code: str, severity: Severity, message: str, source: SourceText, suppression: Suppression, fixes: tuple[Fix, ...]
) -> Finding:
    location = Location(source.path, suppression.range)
    return Finding(code, severity, message, location, fixes=fixes, entry=source.path)


def _rewritten(source: SourceText, suppression: Suppression, names: Iterable[str], title: str) -> Fix:
    """The same comment with these codes."""
    head = source.slice(suppression.range).partition("[")[0]
    return Fix(title, (Edit(Location(source.path, suppression.range), f"{head}[{', '.join(names)}]"),))


def _with_space(source: SourceText, suppression: Suppression) -> Range:
    """The comment with the space before it; its line, where nothing else stands there."""
    start, end = suppression.range.start, suppression.range.end
    line = source.line(start.line)
    before, after = line[: start.column], line[end.column :]
    if not before.strip() and not after.strip() and start.line + 1 < len(source.lines):
        return Range(Position(start.line, 0), Position(start.line + 1, 0))
    return Range(Position(start.line, len(before.rstrip()) if not after.strip() else start.column), end)


def _lines(source: SourceText, line: int, alone: bool, statements: list[tuple[int, int]]) -> Iterable[int]:
    """What a comment at a line speaks for."""
    if alone:
        line = _next_line_of_code(source, line)
    edge = 0 if alone else 1
    first, last = next((s for s in statements if s[edge] == line), (line, line))
    return range(first, last + 1)


def _next_line_of_code(source: SourceText, line: int) -> int:
    for number in range(line + 1, len(source.lines)):
        text = source.lines[number].strip()
        if text and not text.startswith("#"):
            return number
    return line


def _tokens(source: SourceText) -> tuple[list[tuple[Position, str]], list[tuple[int, int]]]:
    """Each comment with its place, and the first and last line of each statement, that of a block its header. Strings
    that look like a comment are none. A text that cannot be tokenized has no more of them."""
    comments: list[tuple[Position, str]] = []
    statements: list[tuple[int, int]] = []
    first: int | None = None
    for token in _tokenized(source.text):
        line = token.start[0] - 1
        if token.type == tokenize.COMMENT:
            comments.append((Position(line, token.start[1]), token.string))
        elif token.type == tokenize.NEWLINE:
            statements.append((line if first is None else first, line))
            first = None
        elif token.type not in _NO_CODE and first is None:
            first = line
    return comments, statements


def _tokenized(text: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return
