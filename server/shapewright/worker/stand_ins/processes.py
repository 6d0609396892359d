"""Processes run their function at once and here; queues between them never wait."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import multiprocessing.context
import multiprocessing.process
from collections.abc import Callable, Iterable
from typing import Any

import torch.multiprocessing

from shapewright.worker.stand_ins.kit import Unknown, is_unknown

DEPTH = 2
"""Processes within processes."""


class Queue:
    """First in, first out; Unknown where a real one would wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._items: list[Any] = []

    def put(self, item: Any, *args: Any, **kwargs: Any) -> None:
        """One more."""
        self._items.append(item)

    put_nowait = put

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """The oldest."""
        return self._items.pop(0) if self._items else Unknown("item")

    get_nowait = get

    def empty(self) -> bool:
        """Whether there is nothing."""
        return not self._items

    def qsize(self) -> int:
        """How many there are."""
        return len(self._items)

    def close(self, *args: Any) -> None:
        """Nothing to close."""

    join = join_thread = cancel_join_thread = task_done = close


class Pool:
    """Calls at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def map(self, function: Callable[..., Any], items: Any, *args: Any, **kwargs: Any) -> Any:
        """The results in order."""
        return Unknown("results") if is_unknown(items) else [function(item) for item in items]

    imap = imap_unordered = map

    def starmap(self, function: Callable[..., Any], items: Any, *args: Any, **kwargs: Any) -> Any:
        """The results in order."""
        return Unknown("results") if is_unknown(items) else [function(*item) for item in items]

    def apply(self, function: Callable[..., Any], args: Iterable[Any] = (), kwds: Any = None, *more: Any) -> Any:
        """The result."""
        return function(*args, **(kwds or {}))

    def apply_async(
        self, function: Callable[..., Any], args: Iterable[Any] = (), kwds: Any = None, *more: Any, **kwargs: Any
    ) -> Any:
        """The result, to be fetched."""
        return _Done(self.apply(function, args, kwds))

    def map_async(self, function: Callable[..., Any], items: Any, *args: Any, **kwargs: Any) -> Any:
        """The results, to be fetched."""
        return _Done(self.map(function, items))

    def close(self) -> None:
        """Nothing to close."""

    join = terminate = close

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *args: Any) -> None:
        return None


class _Done:
    def __init__(self, value: Any) -> None:
        self.value = value

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.value

    def ready(self) -> bool:
        return True

    wait = get
    successful = ready


def spawn(function: Any, args: Any = (), *more: Any, **kwargs: Any) -> Any:
    """`torch.multiprocessing.spawn`: the process of rank 0."""
    if not is_unknown(function):
        function(0, *(() if is_unknown(args) else args))


def patches() -> list[tuple[Any, str, Any]]:
    """What to replace for the time of a run."""
    process, base = multiprocessing.process.BaseProcess, multiprocessing.context.BaseContext
    running: list[Any] = []

    def start(self: Any) -> None:
        """Run the function here."""
        if len(running) >= DEPTH:
            return
        running.append(self)
        try:
            self.run()
        finally:
            running.pop()

    def manager(*args: Any, **kwargs: Any) -> Any:
        return Unknown("manager")

    def nothing(self: Any, *args: Any) -> None:
        return None

    made: list[tuple[Any, str, Any]] = [
        (process, "start", start),
        (process, "join", nothing),
        (process, "terminate", nothing),
        (process, "kill", nothing),
        (process, "is_alive", lambda self: False),
        (torch.multiprocessing, "spawn", spawn),
        (torch.multiprocessing, "set_start_method", lambda *args, **kwargs: None),
        (multiprocessing, "set_start_method", lambda *args, **kwargs: None),
        (concurrent.futures, "ProcessPoolExecutor", Executor),
    ]
    for name, value in (
        ("Queue", Queue), ("SimpleQueue", Queue), ("JoinableQueue", Queue), ("Pool", Pool), ("Manager", manager),
    ):  # fmt: skip
        made += [(owner, name, value) for owner in (multiprocessing, torch.multiprocessing) if hasattr(owner, name)]
        made.append((base, name, _method(value)))
    return made


def _method(value: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: value(*args, **kwargs)


class Executor:
    """`concurrent.futures.ProcessPoolExecutor`, at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def submit(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A future that has its result."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        future.set_result(function(*args, **kwargs))
        return future

    def map(self, function: Callable[..., Any], *items: Any, **kwargs: Any) -> Any:
        """The results in order."""
        return (
            Unknown("results") if any(map(is_unknown, items)) else [function(*one) for one in zip(*items, strict=False)]
        )

    def shutdown(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to end."""

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *args: Any) -> None:
        return None
