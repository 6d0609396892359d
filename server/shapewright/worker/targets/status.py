"""How far a target was checked, as the answer says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import torch

from shapewright import wire
from shapewright.worker.info import describe
from shapewright.worker.probing import Stop
from shapewright.worker.symbols import named
from shapewright.worker.targets.callee import Callee
from shapewright.worker.targets.plans import Plan


def headers(path: str, text: str) -> dict[str, wire.Span]:
    """Where the classes and functions of a file are named, by their dotted names."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    lines = text.encode().splitlines()
    return {name: _name_of(node, lines, path) for name, node in _defined(tree, "")}


def _defined(node: ast.AST, around: str) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield around + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _defined(child, f"{around}{child.name}.")
        elif isinstance(child, ast.stmt):
            yield from _defined(child, around)


def _name_of(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[bytes], path: str
) -> wire.Span:
    line, name = lines[node.lineno - 1] if node.lineno <= len(lines) else b"", node.name.encode()
    keyword = b"class" if isinstance(node, ast.ClassDef) else b"def"
    start = line.find(name, line.find(keyword, node.col_offset) + len(keyword))
    if start < 0:  # a line of its own behind a backslash, or another spelling of the same letters
        start, name = node.col_offset, keyword
    return wire.Span(path, node.lineno, start, node.lineno, start + len(name))


def finished(
    target: wire.Target,
    found: Any,
    callee: Callee,
    reason: str,
    source: str,
    given: Sequence[tuple[str, Any, wire.Declared | None]],
    output: Any,
    names: Mapping[int, str] | None = None,
) -> wire.TargetStatus:
    """The status of a target that ran. `names` are those of the free sizes."""
    nowhere = wire.Span("", 1, 0, 1, 0)
    names = dict(names or {})
    inputs = tuple(
        wire.ValueFact(
            (d.span if d is not None else None) or nowhere,
            named(shown, names),
            "parameter",
            (d.source if d is not None else "") or source,
            name,
        )
        for name, value, d in given
        if (shown := describe(value)) is not None
    )
    outputs = tuple(named(o, names) for o in [describe(output)] if o is not None)
    construct = callee.made.text if callee.made is not None else ""
    return status(
        target, found, "partial" if reason else "checked", reason, source, construct, inputs, outputs, callee.holder
    )


def status(
    target: wire.Target, found: Any, how: Literal["checked", "partial", "unchecked"], reason: str,
    source: str = "", construct: str = "",
    inputs: tuple[wire.ValueFact, ...] = (), outputs: tuple[wire.Value, ...] = (), holder: Any = None,
) -> wire.TargetStatus:  # fmt: skip
    """The status of a target. `found` is what its name stands for, `holder` the module that ran."""
    kind = "class" if isinstance(found, type) or found is None else "function"
    parameters = sum(p.numel() for p in holder.parameters()) if isinstance(holder, torch.nn.Module) else 0
    return wire.TargetStatus(target.name, kind, None, how, reason, source, construct, inputs, outputs, int(parameters))


def stopped_at(stop: Stop | None, plan: Plan) -> str:
    """The line and the words of a failure, with the free sizes by their names."""
    at = stop.place[1] if stop is not None and stop.place is not None else None
    fixed = [t for t in (stop.tensors if stop is not None else ()) if isinstance(t, torch.nn.Parameter)]
    words = wire.with_names(str(stop), plan.symbols(), {size for t in fixed for size in t.shape})
    return f"line {at[0]}: {words[:160]}" if at is not None else words[:160]
