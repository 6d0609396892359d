"""Which programs of the workspace use a file: those that import it, directly or through other files."""

from __future__ import annotations

import ast
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shapewright.sources import read

_MOST_FILES, _LARGEST, _SECONDS = 3000, 400_000, 1.0
_DEPTH = 3
_LEFT_OUT = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"})
_RUNS = re.compile(r"__name__\s*==\s*['\"]__main__['\"]")


@dataclass(frozen=True)
class _File:
    """A file as it was when it was read last."""

    stamp: tuple[int, int]
    text: str


class Callers:
    """Finds callers, and keeps the texts that it read until they change on the disk."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def of(self, path: str, roots: Sequence[str], most: int = 2) -> tuple[str, ...]:
        """Programs that import `path`, the nearest first: files that do something when they are run."""
        if not os.path.isabs(path):
            return ()
        until = time.thread_time() + _SECONDS
        texts = {file: text for root in roots for file, text in self._texts(Path(root), until)}
        found: list[str] = []
        seen, level = {path}, [path]
        for _ in range(_DEPTH):
            users = [user for target in level for user in _importers(target, texts, roots) if user not in seen]
            level = list(dict.fromkeys(users))
            seen.update(level)
            found += sorted((user for user in level if _is_program(texts[user])), key=lambda user: _far(user, path))
            if len(found) >= most or not level or time.thread_time() > until:
                break
        return tuple(found[:most])

    def _texts(self, root: Path, until: float) -> Iterator[tuple[str, str]]:
        count = 0
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _LEFT_OUT)
            for name in sorted(names):
                if name.endswith(".py"):
                    count += 1
                    if count > _MOST_FILES or time.thread_time() > until:
                        return
                    text = self._text(os.path.join(folder, name))
                    if text:
                        yield os.path.join(folder, name), text

    def _text(self, path: str) -> str:
        try:
            status = os.stat(path)
            stamp = status.st_mtime_ns, status.st_size
            held = self._files.get(path)
            if held is None or held.stamp != stamp:
                held = self._files[path] = _File(stamp, read(Path(path)) if status.st_size <= _LARGEST else "")
        except (OSError, ValueError):
            return ""
        return held.text


def _importers(target: str, texts: dict[str, str], roots: Sequence[str]) -> Iterator[str]:
    """The files that import a file."""
    module = Path(target)
    name = module.parent.name if module.name == "__init__.py" else module.stem
    word = re.compile(rf"\b{re.escape(name)}\b")
    for path, text in texts.items():
        near = Path(path).parent == module.parent
        if path == target or not ("import" in text and (near or word.search(text))):
            continue
        if any(os.path.normpath(file) == target for file in _imported(path, text, name, roots)):
            yield path


def _imported(path: str, text: str, name: str, roots: Iterable[str]) -> Iterator[str]:
    """The files that the imports of a text may mean, of those whose last part is `name`."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    folder = Path(path).parent
    tops = [folder, *folder.parents[:4], *(Path(root) / sub for root in roots for sub in (".", "src"))]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules, bases = [alias.name for alias in node.names], tops
        elif isinstance(node, ast.ImportFrom):
            stem = node.module or ""
            modules = [stem, *(f"{stem}.{alias.name}".strip(".") for alias in node.names)]
            bases = [folder, *folder.parents][node.level - 1 : node.level] if node.level else tops
            modules += [""] if node.level else []
        else:
            continue
        for module in modules:
            parts = module.split(".") if module else []
            for base in bases:
                whole = base.joinpath(*parts)
                if (parts[-1] if parts else whole.name) == name:
                    yield str(whole / "__init__.py")
                    yield f"{whole}.py"


def _is_program(text: str) -> bool:
    """Whether a file does something when it is run, besides defining names."""
    if _RUNS.search(text):
        return True
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, (ast.For, ast.While)) or _is_call(node) for node in body)


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _far(path: str, other: str) -> tuple[int, str]:
    """How many folders are between two files."""
    try:
        common = os.path.commonpath([path, other])
    except ValueError:  # other drives
        return 99, path
    return len(Path(path).parts) + len(Path(other).parts) - 2 * len(Path(common).parts), path
