"""Targets given by hand: `--target Net --construct "Net(10)" --input "float32[2,3,32,32]" --input
"mask=bool[2,32]"`."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Sequence

from shapewright import wire
from shapewright.plan import outline

_NAMED = re.compile(r"^\s*(?P<name>[^\W\d]\w*)\s*=(?!=)\s*(?P<rest>.+)$", re.DOTALL)
_TENSOR = re.compile(r"^\s*(?:torch\.)?(?P<dtype>[^\W\d]\w*)?\s*\[(?P<dims>[^\[\]]*)\]\s*$")
_SIZES = re.compile(r"^\s*\w+\s*(,\s*\w+\s*)*,?\s*$")
_SHORT = {
    "f64": "float64",
    "f32": "float32",
    "f16": "float16",
    "bf16": "bfloat16",
    "double": "float64",
    "float": "float32",
    "half": "float16",
    "i64": "int64",
    "i32": "int32",
    "i16": "int16",
    "i8": "int8",
    "long": "int64",
    "int": "int32",
    "u8": "uint8",
    "byte": "uint8",
    "c64": "complex64",
    "c128": "complex128",
}
_DTYPES = frozenset({*_SHORT.values(), "bool", "uint16", "uint32", "uint64"})


class PinError(ValueError):
    """What was given by hand cannot be used; the text says why and what to write."""


def pin(name: str, construct: str | None, inputs: Sequence[str], tree: ast.Module) -> wire.Target:
    """The target `name` of a file with its constructor call and inputs, each as it was typed."""
    if construct is not None:
        _expression(construct, "--construct")
    names = _parameters(name, tree)
    given: list[wire.Declared] = []
    for text in inputs:
        match = _NAMED.match(text)
        if match:
            parameter = match["name"]
            if names is not None and parameter not in names:
                raise PinError(f"--input {text!r}: {name} has no parameter {parameter!r}{_nearest(parameter, names)}")
        else:
            parameter = _next(text, name, names, len(given))
        if any(item.name == parameter for item in given if parameter):
            raise PinError(f"--input {text!r}: {parameter!r} was given before")
        given.append(_declared(parameter, match["rest"] if match else text))
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


def _declared(name: str, text: str) -> wire.Declared:
    match = _TENSOR.match(text)
    # Brackets without a dtype are a shape where every item could be a dimension, else a list.
    if match is None or (match["dtype"] is None and not _SIZES.match(match["dims"])):
        _expression(text, "--input", f"{text!r} is neither a tensor such as float32[2,3,32,32] nor a Python value")
        return wire.Declared(name, "value", literal=text.strip(), source="directive")
    dtype = _SHORT.get(match["dtype"] or "f32", match["dtype"] or "")
    if dtype not in _DTYPES:
        raise PinError(f"--input {text!r}: {match['dtype']!r} is no dtype{_nearest(dtype, _DTYPES)}")
    parts = [part.strip() for part in match["dims"].split(",")]
    if parts and not parts[-1]:
        parts.pop()
    dims = tuple(_dim(part, text) for part in parts)
    return wire.Declared(name, "tensor", (dims,), dtype, source="directive")


def _dim(part: str, text: str) -> wire.Dim:
    if part.isdecimal():
        return wire.Dim("int", part, int(part))
    if part == "...":
        return wire.Dim("ellipsis", part)
    if part.isidentifier():
        return wire.Dim("sym", part)
    if not part or part.startswith("-"):
        raise PinError(f"--input {text!r}: {part!r} is no dimension; write a number such as 32 or a name such as B")
    _expression(part, "--input", f"{part!r} is no dimension")
    return wire.Dim("expr", part)


def _expression(text: str, option: str, problem: str | None = None) -> None:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise PinError(f"{option} {text!r}: {problem or f'this is no Python expression ({error})'}") from error


def _nearest(word: str, words: Collection[str]) -> str:
    match = next(iter(difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.5)), None)
    return f"; did you mean {match!r}?" if match else ""
