"""What a file defines, from its syntax tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the file is imported: those in `if`, `try`, `with` and loops too."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While)):
            yield from statements([*statement.body, *statement.orelse])
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from statements(statement.body)
        elif isinstance(statement, ast.Try):
            handlers = [inner for handler in statement.handlers for inner in handler.body]
            yield from statements([*statement.body, *handlers, *statement.orelse, *statement.finalbody])


def classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """The classes of the file's own level by name, in order; of two with one name the last."""
    return {node.name: node for node in statements(tree.body) if isinstance(node, ast.ClassDef)}


def functions(tree: ast.Module) -> dict[str, Function]:
    """The functions of the file's own level by name."""
    return {n.name: n for n in statements(tree.body) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}


def forward(name: str, known: dict[str, ast.ClassDef]) -> Function | None:
    """The `forward` that a call of the module reaches: the class's own or that of a base in the same file."""
    found = _method(name, "forward", known)
    return None if found is None or _is_static(found) else found


def is_autograd(name: str, known: dict[str, ast.ClassDef]) -> bool:
    """Whether a class is an autograd function: its `forward` is static."""
    found = _method(name, "forward", known)
    return found is not None and _is_static(found)


def _method(name: str, method: str, known: dict[str, ast.ClassDef]) -> Function | None:
    seen: set[str] = set()
    queue = [name]
    while queue:
        current = queue.pop(0)
        if current in seen or current not in known:
            continue
        seen.add(current)
        for node in known[current].body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == method:
                return node
        queue.extend(base.id for base in known[current].bases if isinstance(base, ast.Name))
    return None


def _is_static(function: Function) -> bool:
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in function.decorator_list
    )


def modules(tree: ast.Module) -> tuple[str, ...]:
    """The classes that can be run: those with a `forward`."""
    known = classes(tree)
    return tuple(name for name in known if forward(name, known) is not None)


def parameters(function: Function, *, bound: bool) -> tuple[str, ...]:
    """The names of a function's parameters that a call fills by position, then those by name; `bound` leaves the first
    one out."""
    arguments = function.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    return (*positional[1 if bound else 0 :], *(a.arg for a in arguments.kwonlyargs))


def bound_names(tree: ast.Module) -> frozenset[str]:
    """Every name that the file's own level binds."""
    names: set[str] = set()
    for statement in statements(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(statement.name)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name.partition(".")[0]) for alias in statement.names)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            names.update(n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return frozenset(names)
