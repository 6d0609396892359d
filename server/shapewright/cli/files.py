"""Which files a command is about, and how their names are written."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from shapewright.config import DEFAULT_EXCLUDE, Config

_SUFFIXES = frozenset({".py", ".ipynb"})


class FileError(Exception):
    """A path of the command line that cannot be used; the text says why and what to write."""


@dataclass(frozen=True)
class File:
    """A file to check: `shown` as the command line has it, `path` absolute."""

    shown: str
    path: str


def collect(paths: Sequence[str], settings: Callable[[Path], Config] = lambda _: Config()) -> tuple[File, ...]:
    """The files of `paths`: each file as it is, of each folder the Python files and notebooks in it.

    What the settings of a folder exclude is passed over; a file that was named is meant. Each file comes once, in the
    order of the command line, inside of a folder in alphabetical order.
    """
    found: dict[str, File] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            config = settings(path)
            # Patterns with slashes are written as seen from the file that holds them.
            base = Path(config.file).parent if config.file else Path(_absolute(path))
            for inner in _walk(path, base, (*DEFAULT_EXCLUDE, *config.exclude)):
                found.setdefault(_absolute(inner), File(str(inner), _absolute(inner)))
        elif not path.exists():
            raise FileError(f"{given}: there is no such file or folder")
        elif path.suffix not in _SUFFIXES:
            raise FileError(f"{given}: is neither a Python file (.py) nor a notebook (.ipynb)")
        else:
            found.setdefault(_absolute(path), File(given, _absolute(path)))
    return tuple(found.values())


def _absolute(path: Path) -> str:
    # Not resolve(): a linked folder is seen by Python's imports under the name that it was entered by.
    return os.path.abspath(path)


def _walk(folder: Path, base: Path, patterns: Sequence[str]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        if excluded(PurePath(os.path.relpath(path, base)), patterns):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not (path / "pyvenv.cfg").is_file():
                yield from _walk(path, base, patterns)
        elif path.suffix in _SUFFIXES and entry.is_file():
            yield path


def excluded(path: PurePath, patterns: Iterable[str]) -> bool:
    """Whether a pattern is meant for `path`: one without a slash for its last name, one with slashes for all of it."""
    whole = path.as_posix()
    for pattern in patterns:
        bare = pattern.removeprefix("./").removesuffix("/**").rstrip("/")
        if "/" not in bare:
            if fnmatch.fnmatchcase(path.name, bare):
                return True
        # `*` of fnmatch crosses slashes, so `**/x` needs only its own front to be optional.
        elif any(fnmatch.fnmatchcase(whole, form) for form in (bare.removeprefix("/"), bare.removeprefix("**/"))):
            return True
    return False


class Names:
    """How paths are written in the output: as given on the command line. Another file of the program is relative where
    what was given is relative and not far away, else absolute."""

    def __init__(self, files: Iterable[File]) -> None:
        self._given = {file.path: file.shown for file in files}
        relative = [path for path, shown in self._given.items() if not os.path.isabs(shown)]
        self._near = {Path.cwd(), *(Path(path).parent for path in relative)} if relative else set[Path]()

    def __call__(self, path: str) -> str:
        """The name of an absolute path."""
        if path in self._given:
            return self._given[path]
        return os.path.relpath(path) if self._near.intersection(Path(path).parents) else path
