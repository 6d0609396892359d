"""Logical lines of Python text that may be broken, and the tree that their indentation makes.

Python's own tokenizer gives up at the first mistake; this one never does. Where a bracket or a string was left open it
ends the line as early as the layout allows, so that one unfinished statement does not swallow those below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<triple>\"{3}|'{3})
      | (?P<quote>["'])
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<joined>\\\n)
      | (?P<newline>\n)""",
    re.VERBOSE,
)
_TRIPLE_END = {q * 3: re.compile(rf"(?:[^\\{q}]|\\.|{q}(?!{q}{q}))*{q * 3}", re.DOTALL) for q in ('"', "'")}
_QUOTE_END = {q: re.compile(rf"(?:\\.|[^\\\n{q}])*{q}", re.DOTALL) for q in ('"', "'")}
_CODE_IN_STRING = re.compile(
    r"^[ \t]*(?:(?:async +)?def +\w+ *\(|class +\w+ *[(:]|return\b|from +[\w.]+ +import\b|self\.)", re.M
)
_SUSPECTS = 3
_INDENT = re.compile(r"[ \t\f]*")
_DECORATED = re.compile(r"@|(?:async\s+)?def\b|class\b")
_CLAUSE = re.compile(r"(elif|else|except|finally)\b")


@dataclass
class Node:
    """A logical line (physical lines `first` to `last`, from 0) with the deeper lines below it."""

    first: int
    last: int
    indent: int
    text: str
    children: list[Node] = field(default_factory=list["Node"])

    @property
    def end(self) -> int:
        """The last physical line of the node and everything below it."""
        return self.children[-1].end if self.children else self.last

    @property
    def is_clause(self) -> bool:
        """Whether the line goes on with a statement that began above (`else`, `except`, …)."""
        return bool(_CLAUSE.match(self.text))

    @property
    def is_decorator(self) -> bool:
        """Whether the line belongs to the definition below it."""
        return self.text.startswith("@")

    @property
    def can_be_decorated(self) -> bool:
        """Whether the line is a definition, or one more decorator of it."""
        return bool(_DECORATED.match(self.text))


def tree(lines: list[str], ignored_quote: int = -1) -> list[Node]:
    """The statements of `lines`, which carry no line ends. Blank lines and comments belong to none.

    `ignored_quote` is the offset (in the lines joined by newlines) of a triple quote that opens nothing.
    """
    roots: list[Node] = []
    open_nodes: list[Node] = []
    for node in _logical(lines, ignored_quote):
        while open_nodes and open_nodes[-1].indent >= node.indent:
            open_nodes.pop()
        (open_nodes[-1].children if open_nodes else roots).append(node)
        open_nodes.append(node)
    return roots


def unclosed_quotes(lines: list[str]) -> list[int]:
    """Which triple quote may have been opened and not closed yet; empty where every string is closed.

    An open one turns all strings below it inside out, so that code seems to be text: candidates are the first few that
    hold what looks like code, and the last one.
    """
    text = "\n".join(lines)
    position, suspects = 0, list[int]()
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match.lastgroup not in ("triple", "quote"):
            continue
        end = _string_end(text, match)
        if match.lastgroup == "triple":
            if end is None:
                return [*suspects, match.start()]
            if len(suspects) < _SUSPECTS and _CODE_IN_STRING.search(text, match.end(), end):
                suspects.append(match.start())
        position = end or max(text.find("\n", position), position)
    return []


def _logical(lines: list[str], ignored_quote: int) -> list[Node]:
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    result: list[Node] = []
    first = 0
    for last in _line_ends(text, lines, starts, ignored_quote):
        while first <= last and not _has_code(lines[first]):
            first += 1
        if first <= last:
            line = lines[first]
            body = "\n".join(lines[first : last + 1]).strip()
            result.append(Node(first, last, _width(line), body))
        first = last + 1
    return result


def _line_ends(text: str, lines: list[str], starts: list[int], ignored_quote: int) -> list[int]:
    """The physical line at which each logical line ends."""
    ends: list[int] = []
    depth = line = first = position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "newline":
            if depth and not _ends_here(lines, first, line):
                line += 1
                continue
            ends.append(line)
            depth = 0
            line += 1
            first = line
        elif kind == "joined":
            line += 1
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind in ("triple", "quote"):
            end = _string_end(text, match) if match.start() != ignored_quote else None
            position = end or starts[line + 1] - 1
            line += text.count("\n", match.end(), position)
    ends.append(len(lines) - 1)
    return ends


def _string_end(text: str, match: re.Match[str]) -> int | None:
    table = _TRIPLE_END if match.lastgroup == "triple" else _QUOTE_END
    end = table[match.group()].match(text, match.end())
    return end.end() if end else None


def _ends_here(lines: list[str], first: int, line: int) -> bool:
    """Whether a line in open brackets ends its statement after all: the next stands no deeper and closes nothing."""
    for following in lines[line + 1 :]:
        if _has_code(following):
            return _width(following) <= _width(lines[first]) and following.lstrip()[0] not in ")]}"
    return False


def _has_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _width(line: str) -> int:
    match = _INDENT.match(line)
    return len(match.group().expandtabs()) if match else 0
