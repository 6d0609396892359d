"""Writing to `/dev/null` where the filter refuses every writing open, since it cannot see a path."""

from __future__ import annotations

import builtins
import io
import os
from typing import Any


def apply() -> None:
    """Answer such opens with a copy of a descriptor that was opened before."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    names = (os.devnull, os.devnull.encode())
    plain_open, plain_os_open = builtins.open, os.open

    def open(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if not set("wax+").isdisjoint(mode) and _path(file) in names:
            file, options = os.dup(descriptor), {k: v for k, v in options.items() if k != "opener"}
        return plain_open(file, mode, *arguments, **options)

    def os_open(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if _path(path) in names:
            return os.dup(descriptor)
        return plain_os_open(path, flags, *arguments, **options)

    builtins.open = io.open = open
    os.open = os_open


def _path(value: Any) -> Any:
    return value.__fspath__() if hasattr(value, "__fspath__") else value
