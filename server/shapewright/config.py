"""Settings: `[tool.shapewright]` in the nearest pyproject.toml that has such a table.

Wrong settings are errors that name the file, the key and the nearest right one, never silently ignored.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from shapewright.model import Severity

START_METHODS = ("auto", "fork", "spawn")

DEFAULT_EXCLUDE = (
    *(
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "env",
        ".env",
        "node_modules",
        "__pycache__",
        "site-packages",
        "build",
        "dist",
    ),
    *(".tox", ".nox", ".eggs", "*.egg-info", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"),
    *(".ipynb_checkpoints", ".idea", ".vscode"),
)


class ConfigError(ValueError):
    """A setting that cannot be used; the text says which, where, and what to write instead."""


@dataclass(frozen=True)
class Config:
    """The settings of one workspace.

    `select`: only these codes (empty: all). `ignore`: none of these. `severity`: another level for a code. `exclude`:
    files and folders that a folder's check passes over, besides `DEFAULT_EXCLUDE`. `search_path`: folders where the
    code finds its imports. `interpreter` and `search_path` are absolute. `timeout` is in seconds, for one file.
    `allow_unsandboxed` comes from the command line or the editor only: a repository must not open its own sandbox.
    """

    file: str = ""
    interpreter: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    exclude: tuple[str, ...] = ()
    search_path: tuple[str, ...] = ()
    allow_unsandboxed: bool = False
    start_method: str = "auto"
    timeout: float = 30.0

    def enabled(self, code: str) -> bool:
        """Whether findings of this code are wanted."""
        return code not in self.ignore and (not self.select or code in self.select)


def find(place: Path) -> Path | None:
    """The nearest pyproject.toml with a `[tool.shapewright]` table, from `place` (a file or a folder) upwards."""
    start = place if place.is_dir() else place.parent
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and _table(file) is not None:
            return file
    return None


def for_path(place: Path, codes: Collection[str]) -> Config:
    """The settings that hold for a file or folder. `codes` are the rules there are."""
    file = find(place.absolute())
    return load(file, codes) if file else Config()


def load(file: Path, codes: Collection[str]) -> Config:
    """The settings of one pyproject.toml."""
    return parse(_table(file) or {}, str(file), codes, file.absolute().parent)


def parse(table: Mapping[str, Any], where: str, codes: Collection[str], folder: Path) -> Config:
    """Settings from a mapping of their names; `where` names its place in errors, relative paths start at `folder`."""
    values: dict[str, Any] = {"file": where}
    for key, value in table.items():
        read = _READERS.get(key)
        if read is None:
            raise ConfigError(f"{where}: tool.shapewright.{key} is no setting{_nearest(key, _READERS)}")
        values[key.replace("-", "_")] = read(_Place(where, key, frozenset(codes), folder), value)
    return Config(**values)


@dataclass(frozen=True)
class _Place:
    """Where a value stands, for its error, and what is needed to read it."""

    where: str
    key: str
    codes: frozenset[str]
    folder: Path

    def error(self, problem: str) -> ConfigError:
        return ConfigError(f"{self.where}: tool.shapewright.{self.key} {problem}")

    def code(self, code: str) -> str:
        if code not in self.codes:
            raise self.error(f"names {code!r}, which is no rule{_nearest(code, self.codes)}")
        return code

    def choice(self, value: Any, choices: Collection[str]) -> str:
        if not isinstance(value, str) or value not in choices:
            raise self.error(f"is {value!r}; it must be one of {', '.join(choices)}{_nearest(str(value), choices)}")
        return value


def _text(place: _Place, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise place.error(f"is {value!r}; it must be a text that is not empty")
    return value


def _texts(place: _Place, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in cast(list[Any], value)):
        raise place.error(f"is {value!r}; it must be a list of texts")
    return tuple(cast(list[str], value))


def _codes(place: _Place, value: Any) -> tuple[str, ...]:
    return tuple(place.code(code) for code in _texts(place, value))


def _severities(place: _Place, value: Any) -> dict[str, Severity]:
    if not isinstance(value, Mapping):
        raise place.error(
            f'is {value!r}; it must be a table such as {{ {min(place.codes, default="code")} = "warning" }}'
        )
    levels: dict[str, Severity] = {}
    for code, level in cast(Mapping[str, Any], value).items():
        inner = _Place(place.where, f"{place.key}.{code}", place.codes, place.folder)
        if level in ("off", "none", "ignore"):
            raise inner.error(
                f"is {level!r}, which is no level; to turn a rule off, name it in tool.shapewright.ignore"
            )
        levels[place.code(code)] = Severity(inner.choice(level, [s.value for s in Severity]))
    return levels


def _path(place: _Place, value: Any) -> str:
    # Without resolving links: the python of a virtual environment is a link, and what it links to has no torch.
    return str(place.folder / Path(_text(place, value)).expanduser())


def _paths(place: _Place, value: Any) -> tuple[str, ...]:
    return tuple(_path(place, item) for item in _texts(place, value))


def _seconds(place: _Place, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 86400:
        raise place.error(f"is {value!r}; it must be a number of seconds above 0")
    return float(value)


def _start_method(place: _Place, value: Any) -> str:
    return place.choice(value, START_METHODS)


_READERS: dict[str, Callable[[_Place, Any], Any]] = {
    "interpreter": _path,
    "select": _codes,
    "ignore": _codes,
    "severity": _severities,
    "exclude": _texts,
    "search-path": _paths,
    "start-method": _start_method,
    "timeout": _seconds,
}


def nearest(word: str, words: Collection[str]) -> str | None:
    """The one of `words` that was probably meant."""
    return next(iter(difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.5)), None)


def _nearest(word: str, words: Collection[str]) -> str:
    match = nearest(word, words)
    return f"; did you mean {match!r}?" if match and match != word else ""


def _table(file: Path) -> dict[str, Any] | None:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        data: dict[str, Any] = toml.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}") from error
    tool: Any = data.get("tool", {})
    table: Any = cast(dict[str, Any], tool).get("shapewright") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.shapewright is {table!r}; it must be a table")
    return cast(dict[str, Any], table)
