"""tqdm hands on what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any


class Bar:
    """A progress bar that shows nothing."""

    def __init__(self, iterable: Any = None, *args: Any, **kwargs: Any) -> None:
        self.iterable = iterable if iterable is not None else range(kwargs.get("total") or 0)
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        return lambda *a, **k: None


def fill(module: ModuleType) -> None:
    """tqdm, tqdm.auto, tqdm.notebook."""
    names = {"tqdm": Bar, "trange": lambda *a, **k: Bar(range(*a)), "tqdm_notebook": Bar, "tnrange": lambda *a, **k: Bar(range(*a))}
    vars(module).update(names)
