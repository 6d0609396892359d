"""Lists, dicts and the like of which nobody knows the length: a loop over something unknown has filled them.

Such a loop goes round once, so what it put into them is one of an unknown number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

_CONTAINERS = (list, dict, set)
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


def watched(items: Iterable[Any], frame: FrameType) -> Iterator[Any]:
    """The items of an unknown number; what grows in `frame` while it goes over them is of unknown length."""
    return _watched(items, frame, {id(c): len(c) for c in _held(frame)})


def _watched(items: Iterable[Any], frame: FrameType, before: dict[int, int]) -> Iterator[Any]:
    try:
        yield from items
    finally:
        for container in _held(frame):
            if len(container) > before.get(id(container), len(container)):
                mark(container)
        del frame


def _held(frame: FrameType) -> Iterator[Any]:
    """The containers that the names of a frame hold, and the attributes of its `self`."""
    names = frame.f_locals
    yield from (v for n, v in list(names.items()) if isinstance(v, _CONTAINERS) and not n.startswith("__"))
    attributes = getattr(names.get("self"), "__dict__", None)
    if isinstance(attributes, dict):
        yield from (v for v in list(attributes.values()) if isinstance(v, _CONTAINERS))
