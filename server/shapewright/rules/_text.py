"""The words that rules share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.sources import Sources

SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "true_divide": "/",
    "floor_divide": "//",
    "matmul": "@",
    "pow": "**",
    "and": "&",
    "or": "|",
    "xor": "^",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}


_WRITTEN = {"__setitem__": "x[...] = value", "__getitem__": "x[...]", "__invert__": "~"}


def who(failure: wire.Failure) -> str:
    """Who complains: the layer by its class (`Conv2d`), with its path in the model where that is known, or else the
    function."""
    if failure.module is None:
        name = facts.op(failure)
        return _WRITTEN.get(name, name)
    name = show.short_name(failure.module.type)
    return f"{name} {failure.module.path}" if failure.module.path else name


def tensor(fact: wire.TensorFact) -> str:
    """`f32[2, 3]`."""
    return show.tensor_text(fact)


def sizes(shape: Iterable[int | None]) -> str:
    """`[2, 3]`."""
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


def times(shape: Iterable[int | None]) -> str:
    """`2 x 3`: the sizes of a kernel or an image."""
    return " x ".join("?" if size is None else str(size) for size in shape)


def product(shape: Sequence[int | None]) -> str:
    """`16 × 5 × 5 = 400`, or `400` for one size."""
    total = facts.product(shape)
    factors = " × ".join("?" if size is None else str(size) for size in shape)
    return factors if len(shape) < 2 or total is None else f"{factors} = {total}"


def plural(count: int, noun: str) -> str:
    """`1 channel`, `3 channels`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: float) -> str:
    """A value in few digits: `10`, `9.88`."""
    return str(int(value)) if value == int(value) else f"{value:.3g}"


def ordinal(index: int) -> str:
    """Which one, from 0: `first`, `second`, … `number 7`."""
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    return words[index] if index < len(words) else f"number {index + 1}"


_NAMES = {
    "self": "the tensor",
    "argument 1": "the first argument",
    "hx": "the state",
    "hx[0]": "h_0",
    "hx[1]": "c_0",
    "idx": "the index",
    "k": "the index",
    "v": "the value",
    "src": "the source",
}


def named(name: str) -> str:
    """A parameter in words: `the input`, `the second tensor`."""
    if name in _NAMES:
        return _NAMES[name]
    base, _, index = name.partition("[")
    if index[:-1].isdecimal():
        return f"the {ordinal(int(index[:-1]))} {'tensor' if base in ('tensors', 'argument 1') else f'{base}'}"
    return f"the {name}"


def both(failure: wire.Failure, one: wire.TensorFact, other: wire.TensorFact) -> str:
    """Two operands of an operation: `f32[2, 3] + f32[4]`, or `maximum(f32[2, 3], f32[4])`."""
    name = facts.op(failure)
    sign = SIGNS.get(name) or (f"{SIGNS[name[:-1]]}=" if name[:-1] in SIGNS else None)
    if sign is not None:
        return f"{tensor(one)} {sign} {tensor(other)}"
    return f"{name}({tensor(one)}, {tensor(other)})"


def call(failure: wire.Failure, sources: Sources) -> str:
    """The failing expression as it is written, on one line and not too long."""
    location = sources.location(failure.span)
    text = " ".join(sources.text(location).split()) if location else ""
    return text if len(text) <= 60 else f"{text[:59]}…"
