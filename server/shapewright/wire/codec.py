"""Messages to lines of JSON and back."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from typing import Any, Union

from shapewright.wire.answers import Ended, Fault, Hello, Trace
from shapewright.wire.requests import Fork, Kill, Run, Shutdown

Message = Run | Shutdown | Fork | Kill | Hello | Trace | Fault | Ended
_MESSAGES: dict[str, type] = {c.__name__: c for c in (Run, Shutdown, Fork, Kill, Hello, Trace, Fault, Ended)}


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
