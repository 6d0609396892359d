"""What the server and the worker say to each other: frozen dataclasses, one JSON object a line.

The only module that both sides import. Standard library only; Python 3.10 to 3.14.

Positions on the wire are those of `ast`: lines from 1, columns in UTF-8 bytes from 0, ends exclusive.
`source.SourceText` in the server is the only place that turns them into anything else.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, Union

PROTOCOL = 1
"""Raised whenever a message changes; the worker answers `Hello` with its own and a mismatch is a restart."""


@dataclass(frozen=True)
class Span:
    """A stretch of one file. `path` is absolute, or the name under which the server sent the text."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


# ---------------------------------------------------------------------------------------------- declared shapes


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


# ---------------------------------------------------------------------------------------------- server -> worker


@dataclass(frozen=True)
class Options:
    """Limits of one run. Seconds are of processor time, but for `deadline`, which is wall clock."""

    deadline: float = 30.0
    script: bool = True
    targets: bool = True
    values: bool = True
    probes: bool = False


@dataclass(frozen=True)
class Run:
    """Analyse `entry` as if started with `python entry`.

    `texts` are buffers that win over the disk (path -> text), the entry's own among them, already made parseable.
    `roots` are the folders of the workspace: code there is instrumented and may hold findings.
    `search_path` goes before the interpreter's own.
    """

    id: int
    entry: str
    texts: dict[str, str]
    roots: tuple[str, ...]
    search_path: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    options: Options = Options()


@dataclass(frozen=True)
class Shutdown:
    """The worker ends."""


@dataclass(frozen=True)
class Fork:
    """To a zygote: make session number `session`. One end of its socket travels with the message."""

    session: int


@dataclass(frozen=True)
class Kill:
    """To a zygote: end that session now."""

    session: int


# ---------------------------------------------------------------------------------------------- worker -> server


@dataclass(frozen=True)
class Hello:
    """First message of every worker process. `torch` is None where it cannot be imported, and `problem` says why."""

    protocol: int
    python: str
    executable: str
    torch: str | None
    pid: int
    problem: str = ""
    sandbox: tuple[str, ...] = ()


@dataclass(frozen=True)
class TensorFact:
    """Shape, dtype and logical device of one tensor.

    A dimension is None where it is only a guess; `symbols` names those of which that is known. `dtype` is torch's name
    without the prefix. `shape` None: not even the rank is known.
    """

    shape: tuple[int | None, ...] | None
    dtype: str | None
    device: str = "cpu"
    symbols: tuple[str, ...] | None = None
    requires_grad: bool = False


@dataclass(frozen=True)
class ModuleFact:
    """A module: its class, its path from the root (`encoder.conv1`), the settings that its constructor stored
    (in_channels, bias, …, as Python literals), its parameter shapes, and where it was made."""

    type: str
    path: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    parameters: dict[str, TensorFact] = field(default_factory=dict[str, TensorFact])
    count: int = 0
    library: bool = True
    birth: Span | None = None
    declared: Span | None = None


@dataclass(frozen=True)
class Value:
    """What an expression held, as far as it can be shown."""

    kind: Literal["tensor", "array", "module", "number", "sequence", "mapping", "text", "unknown", "other"]
    type: str
    tensor: TensorFact | None = None
    items: tuple[Value, ...] = ()
    keys: tuple[str, ...] = ()
    length: int | None = None
    text: str = ""
    module: ModuleFact | None = None


@dataclass(frozen=True)
class ValueFact:
    """A value at a place. `caller`: the call through which it was reached, where there are several.

    `source` names the evidence of the run (`script`, `docstring`, `layers`, …); `role`: `expression`, `assignment`,
    `parameter`, `loop`, `return`, `attribute`.
    """

    span: Span
    value: Value
    role: str = "expression"
    source: str = "script"
    name: str = ""
    caller: Span | None = None


@dataclass(frozen=True)
class Step:
    """One step on the way back from a failing operand to where its shape, dtype or device was born."""

    op: str
    span: Span
    value: Value
    kind: Literal["made", "layer", "changed", "declared"] = "changed"


@dataclass(frozen=True)
class Operand:
    """One argument of a failing call.

    `name` is the parameter's own (`input`, `weight`, `target`). `span` is its expression in the failing call where it
    can be told. `history`: nearest step first, the last one is the birth. `certain`: its shape and dtype are no guess.
    `constant`: no input of the target can change it.
    """

    name: str
    value: Value
    span: Span | None = None
    history: tuple[Step, ...] = ()
    certain: bool = True
    constant: bool = False


@dataclass(frozen=True)
class Frame:
    """A call on the way to the failure: where, and in which function."""

    span: Span
    function: str


@dataclass(frozen=True)
class Failure:
    """What PyTorch, or Python, raises at this place for these operands.

    `op` is a dotted name (`torch.nn.functional.conv2d`, `torch.Tensor.view`, `torch.nn.LSTM`), or `python.` and the
    exception class for errors outside of torch calls. `message` is eager PyTorch's text. `stack` is outermost first and
    ends with `span`. `module` is the innermost library layer that was running, `owner` the workspace module whose
    forward called it. `declared` points at the annotation behind the inputs.
    `kind`: `error`, or the name of a silent mistake (then `facts` holds what its rule needs).
    """

    op: str
    span: Span
    exception: str
    message: str
    stack: tuple[Frame, ...] = ()
    operands: tuple[Operand, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    module: ModuleFact | None = None
    owner: ModuleFact | None = None
    evidence: Literal["script", "declared", "inferred"] = "script"
    target: str = ""
    declared: Span | None = None
    kind: str = "error"
    facts: dict[str, str] = field(default_factory=dict[str, str])
    expected: Value | None = None


@dataclass(frozen=True)
class TargetStatus:
    """How far a class, function or script was checked.

    `reason` says why it stopped, where `status` is not `checked`. `inputs` and `outputs` are what it ran with.
    """

    name: str
    kind: Literal["script", "class", "function"]
    span: Span | None
    status: Literal["checked", "partial", "unchecked"]
    reason: str = ""
    source: str = ""
    construct: str = ""
    inputs: tuple[ValueFact, ...] = ()
    outputs: tuple[Value, ...] = ()
    parameters: int = 0


@dataclass(frozen=True)
class Trace:
    """The answer to `Run`."""

    id: int
    values: tuple[ValueFact, ...] = ()
    failures: tuple[Failure, ...] = ()
    targets: tuple[TargetStatus, ...] = ()
    dependencies: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    operations: int = 0
    dirty: str = ""


@dataclass(frozen=True)
class Fault:
    """The worker could not analyse: its own error, never the user's."""

    id: int
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Ended:
    """From a zygote: the session is gone. `status` is its exit code, or minus the signal that ended it."""

    session: int
    status: int


Message = Run | Shutdown | Fork | Kill | Hello | Trace | Fault | Ended
_MESSAGES: dict[str, type] = {c.__name__: c for c in (Run, Shutdown, Fork, Kill, Hello, Trace, Fault, Ended)}
T = TypeVar("T")


def encode(message: Message) -> bytes:
    """One line of JSON, newline included."""
    payload = {"type": type(message).__name__, "body": _plain(message)}
    return json.dumps(payload, separators=(",", ":"), allow_nan=True).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message in one line. ValueError where it is none of ours."""
    try:
        payload = json.loads(line)
        cls = _MESSAGES[payload["type"]]
        return typing.cast(Message, _build(cls, payload["body"]))
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a message: {line[:200]!r} ({error})") from error


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        # Defaults are left out: most facts hold two or three of their fields, and traces are large.
        return {
            name: _plain(item)
            for name, default in _defaults(type(value))
            if (item := getattr(value, name)) is not default and item != default
        }
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in typing.cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in typing.cast("dict[str, Any]", value).items()}
    return value


@functools.cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    def default(f: dataclasses.Field[Any]) -> Any:
        if f.default is not dataclasses.MISSING:
            return f.default
        return f.default_factory() if f.default_factory is not dataclasses.MISSING else dataclasses.MISSING

    return tuple((f.name, default(f)) for f in dataclasses.fields(cls))


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(hint: Any, value: Any) -> Any:
    if value is None or hint is Any:
        return value
    if dataclasses.is_dataclass(hint):
        hints = _hints(typing.cast(type, hint))
        return typing.cast(Any, hint)(**{name: _build(hints[name], item) for name, item in value.items()})
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is tuple:
        return tuple(_build(arguments[0], item) for item in value)
    if origin is dict:
        return {key: _build(arguments[1], item) for key, item in value.items()}
    if origin in (Union, types.UnionType):
        return _build(next(a for a in arguments if a is not type(None)), value)
    return value
