"""Folders of data that are not there: what would have been listed is Unknown, not nothing.

A data set with no files would fail in ways that it does not on the machine that has them.
"""

from __future__ import annotations

import glob
import itertools
import os
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from shapewright.worker.stand_ins.kit import Unknown, is_unknown


def patches() -> list[tuple[Any, str, Any]]:
    """What to replace for the time of a run."""
    path = pathlib.Path
    return [
        (glob, "glob", _listed(_all(glob.iglob))),
        (glob, "iglob", _listed(glob.iglob)),
        (os, "listdir", _listed(os.listdir)),
        (os, "walk", _listed(os.walk)),
        *((path, name, _listed(vars(path)[name])) for name in ("glob", "rglob", "iterdir") if name in vars(path)),
    ]


_STANDARD = os.path.dirname(os.__file__) + os.sep


def _is_library(file: str) -> bool:
    """Whether a call comes from Python itself or a package, which look for what may not be there and expect that."""
    return file.startswith(("<frozen", _STANDARD)) or "site-packages" in file or "dist-packages" in file


def _all(plain: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: list(plain(*args, **kwargs))


def _listed(plain: Callable[..., Any]) -> Callable[..., Any]:
    """The function; Unknown where it finds nothing, for the code that is analysed."""

    def listing(*args: Any, **kwargs: Any) -> Any:
        if _is_library(sys._getframe(1).f_code.co_filename):
            return plain(*args, **kwargs)
        if any(map(is_unknown, args)) or any(map(is_unknown, kwargs.values())):
            return Unknown("files")
        try:
            found = plain(*args, **kwargs)
            if is_unknown(found):  # from one of these functions, which the standard library calls as well
                return found
            if isinstance(found, list):
                return found or Unknown("files")
            first = list(itertools.islice(found, 1))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return Unknown("files")
        return itertools.chain(first, found) if first else Unknown("files")

    listing.__name__ = getattr(plain, "__name__", "listing")
    return listing
