"""What is to be run: places, shapes as somebody wrote them, and the classes and functions with their inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Span:
    """A stretch of one file. `path` is absolute, or the name under which the server sent the text."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Dim:
    """One dimension as somebody wrote it.

    kind: `int` (value), `sym` (text), `expr` (text, Python syntax over symbols and ints), `ellipsis` (any number of
    dimensions, unnamed), `variadic` (any number, named), `any` (one dimension, unnamed).
    `optional`: the dimension may be absent. `broadcast`: it may also be 1 (jaxtyping `#`).
    """

    kind: Literal["int", "sym", "expr", "ellipsis", "variadic", "any"]
    text: str = ""
    value: int | None = None
    optional: bool = False
    broadcast: bool = False


@dataclass(frozen=True)
class Declared:
    """What is known of one argument, attribute or result, and who said so.

    kind `tensor`: `alternatives` holds one or more shapes, tried in order (an empty tuple: rank unknown).
    kind `list` and `tuple`: `items` are the elements (one item in a `list`: all elements are alike).
    kind `dict`: `keys` names the items. kind `value`: `literal` is a Python expression.
    `dtype`: a torch dtype name such as `int64`; None makes no claim. `source` says where it stands: `directive`,
    `docstring`, `jaxtyping`, `class docstring`, `comment`, `example_input_array`, `call`, `doctest`, `unpacking`,
    `assert`, `einops`, `name`, `layers`.
    """

    name: str
    kind: Literal["tensor", "list", "tuple", "dict", "value"] = "tensor"
    alternatives: tuple[tuple[Dim, ...], ...] = ()
    dtype: str | None = None
    optional: bool = False
    items: tuple[Declared, ...] = ()
    keys: tuple[str, ...] = ()
    literal: str | None = None
    source: str = ""
    span: Span | None = None


@dataclass(frozen=True)
class Target:
    """One thing to run besides the file itself: a class with a `forward`, or a function, with its inputs.

    `construct` is a Python expression evaluated in the file's namespace; None lets the worker choose the constructor's
    arguments. `inputs` are what the server knows of the arguments; the worker finds the rest. `pinned` inputs were
    given by hand and are used as they are. `returns` is compared with what comes out.
    """

    name: str
    construct: str | None = None
    inputs: tuple[Declared, ...] = ()
    returns: tuple[Declared, ...] = ()
    pinned: bool = False
