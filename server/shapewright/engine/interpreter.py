"""Which Python runs the user's code: the one that was given, VIRTUAL_ENV, the nearest .venv, else our own.

Whether it can be used (is there, is new enough, has PyTorch) is said by the engine, since only starting it tells.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


def find(given: str | None, place: Path, environment: Mapping[str, str] = os.environ, own: str = sys.executable) -> str:
    """The interpreter for the file or folder `place`. `given`: what the command line or a setting says.

    `given` may be an interpreter, a command on PATH, or the folder of a virtual environment; where it leads nowhere it
    is returned as it is, so that the engine's message names it.
    """
    if given:
        return _given(os.path.expanduser(given))
    active = environment.get("VIRTUAL_ENV")
    for folder in ([Path(active)] if active else []) + [parent / ".venv" for parent in _upwards(place)]:
        python = inside(folder)
        if python:
            return python
    return own


def inside(folder: Path) -> str:
    """The interpreter of a virtual environment; empty where the folder is none."""
    for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        # Not resolved: a link in an environment is what makes Python find that environment.
        if (folder / name).is_file():
            return str(folder / name)
    return ""


def _given(path: str) -> str:
    if os.path.isdir(path):
        return inside(Path(os.path.abspath(path))) or os.path.abspath(path)
    if os.sep not in path and not (os.altsep and os.altsep in path):
        return shutil.which(path) or path
    return os.path.abspath(path)


def _upwards(place: Path) -> list[Path]:
    place = place.absolute()
    return [*([place] if place.is_dir() else []), *place.parents]
