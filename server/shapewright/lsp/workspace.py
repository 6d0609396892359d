"""The Python files of a workspace."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from shapewright.config import DEFAULT_EXCLUDE, Config, ConfigError

_MOST = 2000


def python_files(roots: Iterable[str], config: Callable[[str], Config]) -> list[str]:
    """The files that a check of the workspace runs, those that the settings exclude left out; two thousand at most."""
    found: dict[str, None] = {}
    for root in roots:
        try:
            patterns = (*DEFAULT_EXCLUDE, *config(os.path.join(root, "_")).exclude)
        except ConfigError:
            patterns = DEFAULT_EXCLUDE
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(
                name
                for name in folders
                if not _excluded(root, os.path.join(folder, name), patterns)
                and not Path(folder, name, "pyvenv.cfg").is_file()
            )
            for name in sorted(files):
                path = os.path.join(folder, name)
                if name.endswith(".py") and not _excluded(root, path, patterns):
                    found[path] = None
                    if len(found) >= _MOST:
                        return list(found)
    return list(found)


def _excluded(root: str, path: str, patterns: Iterable[str]) -> bool:
    name, relative = os.path.basename(path), Path(os.path.relpath(path, root)).as_posix()
    return any(fnmatch.fnmatchcase(relative if "/" in p else name, p.rstrip("/").removeprefix("./")) for p in patterns)
