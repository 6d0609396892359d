"""Makes a half-typed file parse by blanking the statements that do not; everything else stays where it was.

Python's compiler is the judge: it is asked about ever smaller pieces until the broken statements are found. (parso
would recover too, but takes seven times as long on a file of a thousand lines and loses all that follows an open
bracket.)
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from shapewright.resolve.logical import Node, tree, unclosed_quotes
from shapewright.source import Position, Range, SourceText

_NAMES = (
    re.compile(r"^\s*([A-Za-z_][\w\s,()*.]*?)\s*(?::[^=\n]+)?(?:[-+*/@%&|^]|//|\*\*|>>|<<)?=(?!=)"),
    re.compile(r"\bfor\s+([\w\s,()]+?)\s+in\b"),
    re.compile(r"\bas\s+(\w+)"),
    re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)"),
    re.compile(r"^\s*(?:from\s+[\w.]+\s+)?import\s+([\w\s,.()]+)"),
)
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_ATTEMPTS = 50

Version = tuple[int, int]


@dataclass(frozen=True)
class Repaired:
    """A text that compiles, with as many lines as the original. `broken`: the statements that were blanked.
    `names`: what they would have assigned, defined or imported; code that uses one of them can say nothing."""

    text: str
    broken: tuple[Range, ...] = ()
    names: frozenset[str] = frozenset()


def parseable(text: str, python: Version | None = None) -> Repaired:
    """A version of `text` that compiles. Line numbers stay, and columns in every statement that was left alone.

    `python` is the version that will run the text: statements that only a newer one knows are blanked too, as far as
    the grammar tells.
    """
    if compiles(text, python):
        return Repaired(text)
    source = SourceText("", _UNREADABLE.sub("?", text))
    quotes = unclosed_quotes(list(source.lines)) or [-1]
    # Python refuses a file for one null byte anywhere, also inside of a string that it could read.
    lost = [number for number, line in enumerate(SourceText("", text).lines) if "\0" in line]
    best = min((_repair(source, quote, python, lost) for quote in quotes), key=lambda work: len(work.blanked))
    return Repaired(best.text(), tuple(best.ranges()), frozenset(best.names()))


def _repair(source: SourceText, ignored_quote: int, python: Version | None, lost: list[int]) -> _Work:
    work = _Work(source, python)
    work.block(tree(work.lines, ignored_quote), module=True)
    for number in lost:
        if number not in work.blanked:
            work.blank_at(number)
    for _ in range(_ATTEMPTS):
        error = _error(work.text(), python)
        if error is None:
            return work
        work.blank_at(error)
    work.blank(0, len(work.lines) - 1, keep_pass=False)
    return work


def compiles(text: str, python: Version | None = None) -> bool:
    """Whether Python takes the text. Top-level `await` is taken too: notebooks have it."""
    return _error(text, python) is None


def _error(text: str, python: Version | None, grammar_only: bool = False) -> int | None:
    """The line (from 0) at which the compiler stops, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not grammar_only:
                compile(text, "<buffer>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            if grammar_only or (python and python < sys.version_info[:2]):
                ast.parse(text, feature_version=python)
    except SyntaxError as error:
        return max((error.lineno or 1) - 1, 0)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return 0
    return None


class _Work:
    """The lines of one file while they are repaired."""

    def __init__(self, source: SourceText, python: Version | None) -> None:
        self.source = source
        self.python = python
        self.lines = list(source.lines)
        self.blanked: set[int] = set()
        ends = [source.offset(Position(index + 1, 0)) for index in range(len(self.lines) - 1)]
        starts = [source.offset(Position(index, 0)) for index in range(len(self.lines))]
        self.breaks = [
            source.text[start + len(line) : end] for start, line, end in zip(starts, self.lines, ends, strict=False)
        ] + [""]

    def text(self) -> str:
        return "".join(line + end for line, end in zip(self.lines, self.breaks, strict=True))

    def block(self, nodes: list[Node], module: bool = False) -> None:
        """Repair the statements of one suite."""
        if nodes and self._parses(nodes):
            return
        for statement in _statements(nodes):
            if statement[0].indent != nodes[0].indent:  # between two levels of indentation: it belongs to no suite
                self.blank(statement[0].first, statement[-1].end, keep_pass=False)
            elif not self._parses(statement):
                self.statement(statement, module)

    def statement(self, nodes: list[Node], module: bool) -> None:
        """Repair one statement: its header lines (decorators, `if`, `elif`, `else`, …) with their suites."""
        decorators = [node for node in nodes if node.is_decorator]
        nodes = nodes[len(decorators) :]
        for node in decorators:
            if not nodes or not self._skeleton_parses([node], closing=["def f(): pass"]):
                self.blank(node.first, node.end, keep_pass=not module)
        if not nodes or nodes[0].is_clause:
            for node in nodes:
                self.blank(node.first, node.end, keep_pass=not module)
            return
        kept = next((n for n in range(len(nodes), 0, -1) if self._skeleton_parses(nodes[:n])), 0)
        for node in nodes[kept:]:
            self.blank(node.first, node.end, keep_pass=not module)
        if kept == 0:
            for node in decorators:
                self.blank(node.first, node.end, keep_pass=False)
        for node in nodes[:kept]:
            if node.children and self._opens_suite(node):
                self.block(node.children)
            elif node.children:
                self.blank(node.children[0].first, node.end, keep_pass=False)

    def blank(self, first: int, last: int, keep_pass: bool = True) -> None:
        """Take lines out. `pass` fills a suite; a module needs none, and `from __future__` allows none."""
        indent = re.match(r"[ \t\f]*", self.lines[first])
        for number in range(first, last + 1):
            self.blanked.add(number)
            self.lines[number] = " " * len(self.lines[number])
        if keep_pass:
            self.lines[first] = (indent.group() if indent else "") + "pass"

    def blank_at(self, number: int) -> None:
        """Take the statement at a line out, or the whole top-level statement around it where that was done already."""
        path: list[Node] = []
        nodes = tree(self.lines)
        while found := next((node for node in nodes if node.first <= number <= node.end), None):
            path.append(found)
            nodes = found.children
        if not path:
            path = tree(self.lines)[-1:]
        leaf = path[-1] if path else Node(0, len(self.lines) - 1, 0, "")
        again = leaf.first in self.blanked and len(path) > 1
        node = path[0] if again else leaf
        self.blank(node.first, node.end, keep_pass=not again and len(path) > 1)

    def ranges(self) -> list[Range]:
        """What was blanked, neighbouring lines joined; without indentation."""
        result: list[Range] = []
        for number in sorted(self.blanked):
            line = self.source.line(number)
            start = Position(number, len(line) - len(line.lstrip()))
            end = Position(number, len(line))
            if result and result[-1].end.line == number - 1:
                result[-1] = Range(result[-1].start, end)
            else:
                result.append(Range(start, end))
        return result

    def names(self) -> set[str]:
        """What the blanked lines would have bound."""
        found: set[str] = set()
        for number in self.blanked:
            for pattern in _NAMES:
                for match in pattern.finditer(self.source.line(number)):
                    found.update(re.findall(r"[A-Za-z_]\w*", match.group(1)))
        return found - {"self"}

    def _parses(self, nodes: list[Node]) -> bool:
        return self._piece_compiles(self.lines[nodes[0].first : nodes[-1].end + 1])

    def _opens_suite(self, node: Node) -> bool:
        return self._piece_compiles([*self.lines[node.first : node.last + 1], " " * (node.indent + 1) + "pass"])

    def _skeleton_parses(self, nodes: list[Node], closing: list[str] | None = None) -> bool:
        """Whether the headers alone make a statement. A header without a suite makes none."""
        piece: list[str] = []
        for node in nodes:
            piece += self.lines[node.first : node.last + 1]
            if node.children and self._opens_suite(node):
                piece.append(" " * (node.indent + 1) + "pass")
        return self._piece_compiles([*piece, *(" " * nodes[0].indent + line for line in closing or [])])

    def _piece_compiles(self, lines: list[str]) -> bool:
        """Whether a piece of a suite follows the grammar. What else the compiler wants (no `return` outside of a
        function) is asked of the whole file at the end."""
        text = "\n".join(["if 1:", *("  " + line for line in lines)])
        return _error(text, self.python, grammar_only=True) is None


def _statements(nodes: list[Node]) -> list[list[Node]]:
    """Lines of one suite grouped into statements: decorators with their definition, clauses with their head."""
    result: list[list[Node]] = []
    for node in nodes:
        if result and (node.is_clause or (result[-1][-1].is_decorator and node.can_be_decorated)):
            result[-1].append(node)
        else:
            result.append([node])
    return result
