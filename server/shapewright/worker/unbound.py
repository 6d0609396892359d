"""Names that nothing in the program binds: to read one is a mistake whatever the data are."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

_GIVEN = frozenset(("display", "get_ipython", "In", "Out", "exit", "quit", "reveal_type", "reveal_locals", "__file__"))
"""Names that interactive shells, `site` and type checkers give."""
_AT_WILL = frozenset(("exec", "globals", "locals", "vars", "setattr", "__builtins__", "builtins"))
"""Ways to bind a name that does not stand in the text."""


def is_unbound(name: str, trees: Iterable[ast.Module]) -> bool:
    """Whether no statement of the program binds `name`, and none could in a way that is not seen.

    The beginning of a name that is bound is still being typed.
    """
    if name in _GIVEN or hasattr(builtins, name):
        return False
    bound: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            bound.update(_bound(node))
    return "*" not in bound and not (bound & _AT_WILL) and not any(b.startswith(name) for b in (*bound, *dir(builtins)))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that one node binds; of those `_AT_WILL` also what it reads."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load) or node.id in _AT_WILL:
            yield node.id
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.ExceptHandler):
        if node.name:
            yield node.name
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    elif isinstance(node, (ast.MatchAs, ast.MatchStar)):
        if node.name:
            yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
