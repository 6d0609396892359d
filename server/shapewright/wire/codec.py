"""Messages to lines of JSON and back.

A trace holds thousands of small facts, so what has to be done for a class is worked out once and kept: `_writer` and
`_reader` give the functions for a type, or None where a value goes through as it is.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from typing import Any, Union

from shapewright.wire.answers import Ended, Fault, Hello, Trace
from shapewright.wire.requests import Fork, Kill, Run, Shutdown

Message = Run | Shutdown | Fork | Kill | Hello | Trace | Fault | Ended
_MESSAGES: dict[str, type] = {c.__name__: c for c in (Run, Shutdown, Fork, Kill, Hello, Trace, Fault, Ended)}
_Convert = Callable[[Any], Any]


def encode(message: Message) -> bytes:
    """One line of JSON, newline included."""
    write = typing.cast(_Convert, _writer(type(message)))
    payload = {"type": type(message).__name__, "body": write(message)}
    return json.dumps(payload, separators=(",", ":"), allow_nan=True).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message in one line. ValueError where it is none of ours."""
    try:
        payload = json.loads(line)
        read = typing.cast(_Convert, _reader(_MESSAGES[payload["type"]]))
        return typing.cast(Message, read(payload["body"]))
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a message: {line[:200]!r} ({error})") from error


@functools.cache
def _writer(hint: Any) -> _Convert | None:
    if dataclasses.is_dataclass(hint):
        return _object_writer(typing.cast(type, hint))
    return _inside(hint, _writer, list)


@functools.cache
def _reader(hint: Any) -> _Convert | None:
    if dataclasses.is_dataclass(hint):
        return _object_reader(typing.cast(type, hint))
    return _inside(hint, _reader, tuple)


def _inside(hint: Any, of: Callable[[Any], _Convert | None], made: Callable[[Any], Any]) -> _Convert | None:
    """How to convert a tuple, a dictionary or something optional, given how its items are."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        item = of(arguments[0])
        return made if item is None else lambda values: made(map(item, values))
    if origin is dict:
        item = of(arguments[1])
        return None if item is None else lambda values: {key: item(v) for key, v in values.items()}
    if origin in (Union, types.UnionType):
        item = of(next(a for a in arguments if a is not type(None)))
        return None if item is None else lambda value: None if value is None else item(value)
    return None


def _object_writer(cls: type) -> _Convert:
    fields: list[tuple[str, Any, _Convert | None]] = []

    def write(value: Any) -> dict[str, Any]:
        if not fields:  # not before: a class may hold others of its own kind
            defaults, hints = _defaults(cls), typing.get_type_hints(cls)
            fields.extend((n, defaults.get(n, dataclasses.MISSING), _writer(hint)) for n, hint in hints.items())
        # Defaults are left out: most facts hold two or three of their fields.
        result: dict[str, Any] = {}
        held = value.__dict__
        for name, default, convert in fields:
            item = held[name]
            if item is not default and item != default:
                result[name] = convert(item) if convert else item
        return result

    return write


def _object_reader(cls: type) -> _Convert:
    defaults, readers = _defaults(cls), dict[str, _Convert | None]()
    required = {field.name for field in dataclasses.fields(typing.cast(Any, cls))} - defaults.keys()
    mutable = [name for name, value in defaults.items() if isinstance(value, dict)]

    def read(body: dict[str, Any]) -> Any:
        if not readers:
            readers.update({name: _reader(hint) for name, hint in typing.get_type_hints(cls).items()})
        if not required <= body.keys():
            raise TypeError(f"{cls.__name__} without {', '.join(sorted(required - body.keys()))}")
        # A frozen class sets its fields one by one, each by a call; its dictionary is all there is to it.
        made = object.__new__(typing.cast(Any, cls))
        held: dict[str, Any] = made.__dict__
        held.update(defaults)
        for name in mutable:
            held[name] = {}
        for name, item in body.items():
            convert = readers[name]
            held[name] = convert(item) if convert else item
        return made

    return read


def _defaults(cls: type) -> dict[str, Any]:
    return {
        f.name: f.default if f.default is not dataclasses.MISSING else typing.cast(Any, f.default_factory)()
        for f in dataclasses.fields(typing.cast(Any, cls))
        if f.default is not dataclasses.MISSING or f.default_factory is not dataclasses.MISSING
    }
