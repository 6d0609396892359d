"""Questions about statements and expressions that decide how they are rewritten."""

from __future__ import annotations

import ast
from typing import Any

from shapewright.worker.instrument.names import BOTH, ELSE_FIRST, NEVER


def unpacked_structure(target: ast.expr) -> Any:
    """What a target unpacks: None for one value, else a tuple of patterns; a starred place is `...`."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return tuple(... if isinstance(e, ast.Starred) else unpacked_structure(e) for e in target.elts)
    return None


def bound_names(node: ast.stmt) -> list[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [a.asname or a.name.split(".")[0] for a in node.names if a.name != "*"]
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name]
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        stores = (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        return sorted(set(stores) - inner_names(node))
    return []


def bound_attributes(node: ast.stmt) -> list[tuple[str, str]]:
    """`self.layer = …`: bound all the same when the right side fails, or its absence would be the next failure."""
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign) and node.value
        else []
    )
    return [(t.value.id, t.attr) for t in targets if isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name)]


def inner_names(node: ast.AST) -> set[str]:
    """Names that a comprehension binds for itself."""
    generators = (g for n in ast.walk(node) if isinstance(n, ast.comprehension) for g in ast.walk(n.target))
    return {n.id for n in generators if isinstance(n, ast.Name)}


def is_super(node: ast.expr) -> bool:
    """Whether it is `super()`, which works only under its own name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def is_docstring(statement: ast.stmt, index: int) -> bool:
    """Whether the statement, the `index`-th of a body, is the docstring."""
    return index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def name_only(argument: ast.arg) -> ast.AST:
    """The argument without its annotation, as a place."""
    name = ast.Name(argument.arg, ast.Load())
    name.lineno, name.col_offset = argument.lineno, argument.col_offset
    name.end_lineno, name.end_col_offset = argument.lineno, argument.col_offset + len(argument.arg.encode())
    return name


def exits(statement: ast.stmt) -> bool:
    """Whether the statement calls what ends the program, such as `sys.exit`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    name = getattr(call, "func", None)
    return (getattr(name, "attr", None) or getattr(name, "id", "")) in {"exit", "quit", "_exit", "abort"}


def first_side(body: list[ast.stmt]) -> int:
    """How a branch begins: none that leaves is taken, and one that only takes values away comes second."""
    if isinstance(body[-1], (ast.Raise, ast.Return, ast.Break, ast.Continue)) or exits(body[-1]):
        return NEVER
    return ELSE_FIRST if all(isinstance(s, ast.Assign) and is_none(s.value) for s in body) else BOTH


def is_none(node: ast.expr) -> bool:
    """Whether it is the constant None."""
    return isinstance(node, ast.Constant) and node.value is None


def is_safe(node: ast.stmt) -> bool:
    """A plain function definition cannot fail; its decorators and defaults can."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not (
        node.decorator_list
        or any(not isinstance(d, (ast.Constant, type(None))) for d in [*node.args.defaults, *node.args.kw_defaults])
    )


def suspends(node: ast.stmt) -> bool:
    """Whether a guard around the statement would swallow what is thrown into a generator or a coroutine."""
    return not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and suspends_expression(node)


def suspends_expression(node: ast.AST) -> bool:
    """Whether a `yield` or an `await` stands in it, but not in a function of its own."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if not isinstance(current, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)):
            stack.extend(ast.iter_child_nodes(current))
    return False
