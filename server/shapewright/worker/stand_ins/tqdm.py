"""tqdm hands on what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapewright.worker.stand_ins import kit


class _Quiet(type):
    """The settings of the class itself (locks, monitors), which other packages make as they are imported."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: None


class Bar(metaclass=_Quiet):
    """A progress bar that shows nothing."""

    def __init__(self, iterable: Any = None, *args: Any, **kwargs: Any) -> None:
        self.iterable = iterable if iterable is not None else range(kwargs.get("total") or 0)
        self.n, self.total = 0, kwargs.get("total")
        self.desc: Any = kwargs.get("desc", "")
        self.format_dict: dict[str, Any] = {"elapsed": 1.0, "rate": 1.0}

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: None

    @classmethod
    def write(cls, *args: Any, **kwargs: Any) -> None:
        """Nothing is printed."""

    @classmethod
    def pandas(cls, *args: Any, **kwargs: Any) -> None:
        """Nothing to register."""


def _range(*args: Any, **kwargs: Any) -> Bar:
    return Bar(range(*args))


def _names() -> kit.Names:
    return {
        **dict.fromkeys(("tqdm", "tqdm_notebook", "tqdm_gui"), Bar),
        **dict.fromkeys(("trange", "tnrange"), _range),
    }


MODULES: kit.Modules = dict.fromkeys(
    ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std", "tqdm.autonotebook", "tqdm.rich", "tqdm.contrib"), _names
)
