"""Lists, dicts and the like of which nobody knows the length: a loop over something unknown has filled them, or one
that was cut short.

The first goes round once, so what it put into them is one of an unknown number; the other leaves most of it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

_CONTAINERS = (list, dict, set)
_LIBRARIES = frozenset(("builtins", "torch", "numpy", "shapewright", "types", "typing"))
_marked: dict[int, Any] = {}


def reset() -> None:
    """A new run knows of none."""
    _marked.clear()


def mark(value: Any) -> Any:
    """`value`, whose length is unknown from now on; it is held, so that no other object gets its id."""
    _marked[id(value)] = value
    return value


def is_unsized(value: Any) -> bool:
    """Whether the length of a container, or how often a loop over it goes round, is unknown."""
    return bool(_marked) and id(value) in _marked


def lengths(frame: FrameType) -> dict[int, int]:
    """How long the containers are that a frame holds, by id."""
    return {id(c): len(c) for c in _held(frame)}


def grown(frame: FrameType, before: dict[int, int]) -> None:
    """A loop in `frame` went round as often as nobody knows: so long is what has grown since."""
    for container in _held(frame):
        if len(container) > before.get(id(container), len(container)):
            mark(container)


def watched(items: Iterable[Any], frame: FrameType) -> Iterator[Any]:
    """The items of an unknown number; what grows in `frame` while it goes over them is of unknown length."""
    return _watched(items, frame, lengths(frame))


def _watched(items: Iterable[Any], frame: FrameType, before: dict[int, int]) -> Iterator[Any]:
    try:
        yield from items
    finally:
        grown(frame, before)
        del frame


def _held(frame: FrameType) -> Iterator[Any]:
    """The containers that the names of a frame hold, and those that its objects of the user's classes hold."""
    for name, value in list(frame.f_locals.items()):
        if isinstance(value, _CONTAINERS):
            if not name.startswith("__"):
                yield value
        elif type(value).__module__.partition(".")[0] not in _LIBRARIES:
            attributes = getattr(value, "__dict__", None)
            if type(attributes) is dict:
                yield from (v for v in list(attributes.values()) if isinstance(v, _CONTAINERS))
