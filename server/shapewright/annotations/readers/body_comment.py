"""Comments in the body that speak of an argument: by its name, at the top of the function, or as `(B, L) -> (B, 1, L)`.

Only as long as the name still means what the caller gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.annotations.declare import declared, unique
from shapewright.annotations.grammar import NONE, is_code, parse_comment
from shapewright.annotations.scope import Comment, Reading, Scope

SOURCE = "comment"

_REMARK = re.compile(
    r"#+\s*(?:type:|noqa|pylint|pragma|mypy|pyright|fmt:|isort|ruff|yapf|shapewright:|TODO|FIXME|XXX|!/)", re.IGNORECASE
)
_CALLED = re.compile(
    r"(?:^|[;,|]|\s-\s|(?<=\)),?)\s*(?:and\s+|the\s+|input\s+|both\s+)*[`*\"']*(?P<names>[^\W\d]\w*(?:\s*(?:,|/|and)\s*[^\W\d]\w*)*)[`*\"']*"
    r"\s*(?:(?:'s)?\s*(?:shape|size)s?\b)?\s*(?:(?:has|have|can|is|are|of|be|in|with)\s+(?:have\s+)?|:|=(?!=)|~|-(?!>)|(?=[(\[]))\s*"
    r"(?=[^\s])"
)
# What may stand before a shape that speaks of no one by name: everything else makes it a sentence about something.
_BARE = re.compile(
    r"\W*(?:(?:inputs?|shapes?|sizes?|tensors?|dims?|of|is|in|the|has|x|with|change|from|reshape|convert|transform)\b\W*)*",
    re.IGNORECASE,
)
# `(B, T, S) x (B, S, D)`: a product of two shapes, no argument called x.
_TIMES = re.compile(r"(?<=[)\]] )x\s*[(\[]")
_NAMES = re.compile(r"[^\W\d]\w*")
_LONE = re.compile(r"(?P<names>[^\W\d]\w*)\s+(?=[(\[]|[A-Z]\s*[x×]|of |has )")


def read(scope: Scope) -> Reading:
    """One Declared for each argument that a comment speaks of."""
    inputs: list[wire.Declared] = []
    returns: list[wire.Declared] = []
    seen_statement = scope.node.body[0].lineno if scope.node.body else 0
    starts = {s.node.lineno: s.node for s in reversed(scope.statements)}
    top = True
    if scope.file.docstring(scope.node) is not None:
        seen_statement = scope.node.body[0].end_lineno or seen_statement
    signature_end = max([scope.node.lineno, *(a.end_lineno or a.lineno for a in scope.arguments)])
    last = scope.node.end_lineno or scope.node.lineno
    by_line = scope.file.comments_by_line
    for line in range(signature_end + 1, last + 1):
        if line in starts and line > seen_statement:
            top = False
        comment = by_line.get(line)
        if comment is None or is_remark(comment.text):
            continue
        named = [found for found in named_entries(scope, comment) if scope.is_given(found.name, line)]
        inputs.extend(named)
        if not named and not any(True for _ in _mentions(scope, comment)):
            inputs.extend(_unnamed(scope, comment, top))
    return Reading(unique(inputs), tuple(returns))


def is_remark(text: str) -> bool:
    """Whether a comment is for a tool, not for people."""
    return bool(_REMARK.match(text))


def named_entries(scope: Scope, comment: Comment) -> Iterator[wire.Declared]:
    """`# x: (B, C), mask: (B, T)`: a Declared for each argument that the comment names."""
    text = comment.text.lstrip("# \t!:")
    offset = comment.start + len(comment.text) - len(text)
    marks = [
        m
        for m in _CALLED.finditer(text)
        if any(n in scope.names for n in _NAMES.findall(m["names"])) and not _TIMES.match(text, m.end("names") - 1)
    ]
    if not marks and (lone := _LONE.match(text)) and lone["names"] in scope.names:
        marks = [lone]
    for i, mark in enumerate(marks):
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        begin = mark.end("names")
        said = parse_comment(text[begin:stop]) if not is_code(text) else NONE
        if said.kind == "none":
            continue
        begin = stop - len(text[begin:stop].lstrip("# \t!:"))
        span = scope.file.span(offset + begin + said.start, offset + begin + said.end)
        for name in _NAMES.findall(mark["names"]):
            if name in scope.names and (found := declared(name, said, SOURCE, span)):
                yield found


def _mentions(scope: Scope, comment: Comment) -> Iterator[str]:
    """Names in front of a colon that are no arguments: the comment speaks of something else."""
    if match := re.match(r"#+\s*[`\"']?([^\W\d]\w*)[`\"']?\s*(?::|=|is|has)\s*\S", comment.text):
        yield match[1]


def is_bare(text: str, start: int) -> bool:
    """Whether nothing that makes a sentence stands before the shape in a comment."""
    return bool(_BARE.fullmatch(text.lstrip("# \t!:")[:start]))


def _unnamed(scope: Scope, comment: Comment, top: bool) -> Iterator[wire.Declared]:
    """A shape without a name: at the top it is the argument's; a transition is the argument's that its line uses."""
    said = parse_comment(comment.text)
    if said.kind not in ("shape", "transition"):
        return
    if not is_bare(comment.text, said.start) or _is_of_result(scope, comment, said.start):
        return
    name = _subject(scope, comment, said.kind == "transition", top)
    if name is None or not scope.is_given(name, comment.line):
        return
    start = comment.start + len(comment.text) - len(comment.text.lstrip("# \t!:"))
    found = declared(name, said, SOURCE, scope.file.span(start + said.start, start + said.end))
    if found is not None:
        yield found


def _is_of_result(scope: Scope, comment: Comment, start: int) -> bool:
    """Whether the words before the shape are what the next line assigns: `# inputs (B, T)` above `inputs = ...`."""
    before = comment.text.lstrip("# \t!:")[:start]
    assigned = re.match(r"\s*([\w, ()]+)=(?!=)", scope.file.source.line(comment.line))
    return assigned is not None and bool(set(_NAMES.findall(before.lower())) & set(_NAMES.findall(assigned[1].lower())))


def _subject(scope: Scope, comment: Comment, transition: bool, top: bool) -> str | None:
    if top and comment.alone:
        line = comment.line + 1
        while (following := scope.file.comments_by_line.get(line)) and following.alone:
            line += 1
        used = _used(scope, line)
        return used[0] if len(used) == 1 else (scope.only if not used else None)
    if not transition:
        return None
    used = _used(scope, comment.line + 1 if comment.alone else comment.line)
    return used[0] if len(used) == 1 else None


def _used(scope: Scope, line: int) -> list[str]:
    """The arguments that the code on a line mentions, besides those that can be no tensor."""
    code = scope.file.source.line(line - 1)
    comment = scope.file.comments_by_line.get(line)
    if comment is not None:
        code = code[: scope.file.source.position(comment.start).column]
    value = code.split("=", 1)[1] if re.match(r"\s*[\w, ]+=(?!=)", code) else code
    words = set(_NAMES.findall(value))
    return [name for name in scope.tensors if name in words]
