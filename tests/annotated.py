"""Short ways to ask what the annotations of a text say: shapes as text, by argument."""

from __future__ import annotations

import ast
import textwrap

from shapewright import wire
from shapewright.annotations import declared_targets, dims
from shapewright.source import SourceText

PATH = "model.py"


def targets(code: str) -> dict[str, wire.Target]:
    text = textwrap.dedent(code)
    return {target.name: target for target in declared_targets(SourceText(PATH, text), ast.parse(text))}


def inputs(code: str, name: str | None = None) -> dict[str, wire.Declared]:
    found = targets(code)
    target = found[name] if name else next(iter(found.values()))
    return {declared.name: declared for declared in target.inputs}


def shown(declared: wire.Declared) -> str:
    """`(B, 3) | (3,) int64? <docstring>`; `?` where it is optional."""
    if declared.kind == "value":
        text = f"={declared.literal}"
    elif declared.kind == "dict":
        text = "{" + ", ".join(f"{k}: {shape(i)}" for k, i in zip(declared.keys, declared.items, strict=True)) + "}"
    elif declared.kind in ("list", "tuple"):
        text = declared.kind + "[" + ", ".join(shape(item) for item in declared.items) + "]"
    else:
        text = shape(declared)
    return f"{text}{'?' if declared.optional else ''} <{declared.source}>"


def shape(declared: wire.Declared) -> str:
    if declared.kind != "tensor":
        return shown(declared).rsplit(" <", 1)[0]
    text = " | ".join(dims.show(alternative) for alternative in declared.alternatives) or "?"
    return f"{text} {declared.dtype}" if declared.dtype else text


def said(code: str, name: str | None = None) -> dict[str, str]:
    return {argument: shown(declared) for argument, declared in inputs(code, name).items()}


def returned(code: str, name: str | None = None) -> list[str]:
    found = targets(code)
    target = found[name] if name else next(iter(found.values()))
    return [f"{r.name}: {shape(r)}" if r.name else shape(r) for r in target.returns]


def quoted(code: str, declared: wire.Declared) -> str:
    """The text under a declaration's span, which lies on one line."""
    lines = textwrap.dedent(code).split("\n")
    span = declared.span
    assert span is not None
    assert span.line == span.end_line
    return lines[span.line - 1].encode()[span.column : span.end_column].decode()
