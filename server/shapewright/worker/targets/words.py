"""The words that a class compares its settings with: `if self.task_name == "forecast"`, `config.norm in ("layer",)`."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from shapewright.worker.targets.usage import Sources, Use


def asked(use: Use, namespace: dict[str, Any]) -> list[str]:
    """The words that an argument is compared with, as they are or as the constants of the file that hold them."""
    return use.texts or [value for value in map(namespace.get, use.constants) if isinstance(value, str)]


def compared(cls: type, sources: Sources) -> dict[str, list[str]]:
    """By the name of a setting, the words in the order in which a call meets them: those of `forward` come first."""
    functions = [f for f in vars(cls).values() if callable(f)]
    functions.sort(key=lambda function: getattr(function, "__name__", "") != "forward")
    definitions: list[ast.AST] = [d for d in (sources.function(function) for function in functions) if d is not None]
    code = next((f.__code__ for f in functions if inspect.isfunction(f)), None)
    if code is not None and (tree := sources.tree(code.co_filename)) is not None:
        definitions.append(tree)  # the other classes of the file are given the same settings
    found: dict[str, list[str]] = {}
    other: dict[str, str] = {}
    for node in (node for definition in definitions for node in ast.walk(definition)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            other.update({t.attr: node.value.attr for t in node.targets if isinstance(t, ast.Attribute)})
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.In)):
            name = _setting(node.left)
            if name is not None:
                found.setdefault(name, []).extend(_texts(node.comparators[0]))
    for kept, name in other.items():
        if kept != name and kept in found:
            found.setdefault(name, []).extend(found[kept])
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items() if texts}


def _setting(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return None


def _texts(node: ast.expr) -> list[str]:
    nodes = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
