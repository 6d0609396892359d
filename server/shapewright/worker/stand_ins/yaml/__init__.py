"""PyYAML where it is missing: reading the configuration files that people write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.yaml.reader import Unreadable, documents


class YAMLError(Exception):
    """Base of PyYAML's exceptions."""


class Loader:
    """A choice of loader; all of them read the same here."""

    @classmethod
    def add_constructor(cls, *args: Any, **kwargs: Any) -> None:
        """Tags are not read."""

    add_implicit_resolver = add_multi_constructor = add_constructor


def load(stream: Any = None, Loader: Any = None) -> Any:
    """The first document; Unknown where the text is unknown or uses what is not read here."""
    return next(load_all(stream), None)


def load_all(stream: Any = None, Loader: Any = None) -> Iterator[Any]:
    """Every document."""
    text = stream.read() if hasattr(stream, "read") else stream
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if is_unknown(text) or not isinstance(text, str):
        return iter((Unknown("yaml"),))
    try:
        return iter(documents(text))
    except Unreadable:
        return iter((Unknown("yaml"),))


def _dump(data: Any = None, stream: Any = None, *args: Any, **kwargs: Any) -> Any:
    return Unknown("yaml") if stream is None else None


def _names() -> kit.Names:
    loaders = ("Loader", "SafeLoader", "FullLoader", "UnsafeLoader", "BaseLoader", "CLoader", "CSafeLoader")
    return {
        **dict.fromkeys(("load", "safe_load", "full_load", "unsafe_load"), load),
        **dict.fromkeys(("load_all", "safe_load_all", "full_load_all"), load_all),
        **dict.fromkeys(("dump", "safe_dump", "dump_all", "safe_dump_all"), _dump),
        **dict.fromkeys(loaders, Loader),
        "YAMLError": YAMLError,
    }


MODULES: kit.Modules = {"yaml": _names}
