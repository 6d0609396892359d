"""Places in the header of a function."""

from __future__ import annotations

import re

from shapewright.annotations.scope import Scope

_TOKEN = re.compile(
    r"""\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\r\n]*|[()\[\]{}:]""", re.DOTALL
)


def closing(scope: Scope) -> int | None:
    """Behind the bracket that closes the arguments."""
    return _places(scope)[0]


def signature_end(scope: Scope) -> int | None:
    """Behind the colon that ends the header."""
    return _places(scope)[1]


def _places(scope: Scope) -> tuple[int | None, int | None]:
    file = scope.file
    start = file.offset(scope.node.lineno, scope.node.col_offset)
    depth, closed = 0, None
    for token in _TOKEN.finditer(file.source.text, start):
        text = token[0]
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth -= 1
            if not depth and closed is None:
                closed = token.end()
        elif text == ":" and not depth and closed is not None:
            return closed, token.end()
    return closed, None
