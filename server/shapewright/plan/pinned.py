"""Targets given by hand: `--target Net --construct "Net(10)" --input "float32[2,3,32,32]" --input
"mask=bool[2,32]"`."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Sequence
from dataclasses import replace

from shapewright import annotations, wire
from shapewright.plan import outline


class PinError(ValueError):
    """What was given by hand cannot be used; the text says why and what to write."""


def pin(name: str, construct: str | None, inputs: Sequence[str], tree: ast.Module) -> wire.Target:
    """The target `name` of a file with its constructor call and inputs, each as it was typed."""
    if construct is not None:
        _check_expression(construct)
    names = _parameters(name, tree)
    given: list[wire.Declared] = []
    for text in inputs:
        try:
            declared = annotations.parse_input(text)
        except ValueError as error:
            raise PinError(f"--input {text!r}: {error}") from error
        if not declared.name:
            declared = replace(declared, name=_next(text, name, names, len(given)))
        elif names is not None and declared.name not in names:
            raise PinError(
                f"--input {text!r}: {name} has no parameter {declared.name!r}{_nearest(declared.name, names)}"
            )
        if any(item.name == declared.name for item in given if item.name):
            raise PinError(f"--input {text!r}: {declared.name!r} was given before")
        given.append(declared)
    return wire.Target(name, construct, tuple(given), pinned=True)


def _next(text: str, name: str, names: Sequence[str] | None, index: int) -> str:
    if names is None:
        return ""
    if index >= len(names):
        takes = f"{len(names)} input" + ("" if len(names) == 1 else "s")
        raise PinError(f"--input {text!r} is one too many: {name} takes {takes} ({', '.join(names) or 'none'})")
    return names[index]


def _parameters(name: str, tree: ast.Module) -> tuple[str, ...] | None:
    """The parameters of the target; None where they cannot be told from this file or where it takes any."""
    known, functions = outline.classes(tree), outline.functions(tree)
    function = outline.forward(name, known) if name in known else functions.get(name)
    if function is None:
        names = outline.bound_names(tree)
        if name.partition(".")[0] not in names and "*" not in names:
            hint = _nearest(name, [*known, *functions])
            there = ", ".join(outline.modules(tree)) or "no class with a forward"
            raise PinError(f"--target {name!r}: the file has no such class or function{hint} (it has {there})")
        return None
    if function.args.vararg or function.args.kwarg:
        return None
    return outline.parameters(function, bound=name in known)


def _check_expression(text: str) -> None:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise PinError(
            f"--construct {text!r}: this is no Python expression ({getattr(error, 'msg', error)})"
        ) from error


def _nearest(word: str, words: Collection[str]) -> str:
    match = next(iter(difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.5)), None)
    return f"; did you mean {match!r}?" if match else ""
