"""Our own comment: `# shapewright: x: float32[B, 3, H, W]`, above the function, in its signature or in its body.

`x` is an argument; `return` (or `->`) is the result. Several stand in one comment with `;` between them.
"""

from __future__ import annotations

import ast
import re

from shapewright import wire
from shapewright.annotations.declare import unique
from shapewright.annotations.scope import Comment, Function, Reading, Scope
from shapewright.annotations.typed import typed

SOURCE = "directive"

_DIRECTIVE = re.compile(r"#+\s*shapewright:\s*(?!ignore)(?P<rest>.+)")
_PART = re.compile(r"\s*(?P<names>->|[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*(?P<mark>:|=|(?<=->))\s*(?P<type>[^;]+)")


def read(scope: Scope) -> Reading:
    """What stands above the function (and above its class for a method), in the signature and in the body."""
    if "shapewright:" not in scope.file.source.text:
        return Reading()
    inputs: list[wire.Declared] = []
    returns: list[wire.Declared] = []
    for comment in _comments(scope):
        match = _DIRECTIVE.match(comment.text)
        if match is None:
            continue
        for part in _PART.finditer(match["rest"]):
            start = comment.start + match.start("rest") + part.start("names")
            span = scope.file.span(start, comment.start + match.start("rest") + part.end())
            for name in (n.strip() for n in part["names"].split(",")):
                result = name in ("return", "returns", "->")
                if not result and name not in scope.names:
                    continue
                try:
                    found = typed("" if result else name, part["type"], SOURCE, span)
                except ValueError:
                    continue
                (returns if result else inputs).append(found)
    return Reading(unique(inputs), tuple(returns))


def _comments(scope: Scope) -> list[Comment]:
    by_line = scope.file.comments_by_line
    node = scope.node
    found: list[Comment] = []
    starts = [_first_line(node)]
    if scope.owner is not None:
        starts.append(_first_line(scope.owner))
    for first in starts:
        line = first - 1
        while (comment := by_line.get(line)) and comment.alone:
            found.append(comment)
            line -= 1
    last = node.end_lineno or node.lineno
    found.extend(by_line[line] for line in range(node.lineno, last + 1) if line in by_line)
    return found


def _first_line(node: Function | ast.ClassDef) -> int:
    decorators = node.decorator_list
    return min([node.lineno, *(d.lineno for d in decorators)])
