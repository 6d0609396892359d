"""Loads workspace files instrumented: the entry, and every file of the workspace that it imports."""

from __future__ import annotations

import ast
import builtins
import hashlib
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any

from shapewright.worker import interactive, lenient
from shapewright.worker.hooks import Hooks
from shapewright.worker.instrument.pieces import Pieces
from shapewright.worker.probing import Stop
from shapewright.worker.python_errors import PythonErrors
from shapewright.worker.sites import FileSites
from shapewright.worker.state import OutOfTime, State

_SKIPPED = ("site-packages", "dist-packages", "node_modules")
ROOM = 500_000
"""Bytes of imported files that are instrumented, some two seconds of work. In larger packages the rest is loaded as a
library is: what fails there is shown where it was called."""
_compiled: dict[tuple[str, str], tuple[list[CodeType], FileSites]] = {}
_pieces: dict[str, Pieces] = {}


def compiled(path: str, text: str) -> tuple[list[CodeType], FileSites]:
    """A file's statements, each compiled on its own, so that one that fails does not end it. Raises SyntaxError."""
    key = (path, hashlib.sha256(text.encode()).hexdigest())
    found = _compiled.get(key)
    if found is None:
        found = _pieces.setdefault(path, Pieces(path)).build(text)
        for old in [k for k in _compiled if k[0] == path][:-3]:
            del _compiled[old]
        _compiled[key] = found
    return found


class WorkspaceLoader:
    """Executes files under the workspace's roots with hooks in them."""

    def __init__(
        self, state: State, errors: PythonErrors, texts: dict[str, str], roots: Sequence[str], record: bool
    ) -> None:
        self.state, self.errors, self.texts, self.record = state, errors, texts, record
        self.roots = tuple(os.path.realpath(root) + os.sep for root in roots)
        self.loaded: list[str] = []
        self.named: frozenset[str] = frozenset()
        self.room = ROOM
        self.hooks: list[Hooks] = []

    def owns(self, path: str | None) -> bool:
        """Whether the file belongs to the workspace."""
        if not path or not path.endswith(".py"):
            return False
        if path in self.texts:
            return True
        resolved = os.path.realpath(path)
        return (
            resolved.startswith(self.roots)
            and not any(part in resolved for part in _SKIPPED)
            and "/lib/python" not in resolved
        )

    def text(self, path: str) -> str:
        """The buffer of an open editor, else the file."""
        if path in self.texts:
            return self.texts[path]
        with open(path, "rb") as file:
            data = file.read()
        return importlib.util.decode_source(data)

    def execute(self, path: str, module: ModuleType) -> None:
        """Run a file's statements in a module.

        A SyntaxError is raised; what a statement raises ends only that statement, but for SystemExit in the entry. What
        a test runner raises to end a test is no Exception.
        """
        text = self.text(path)
        codes, table = compiled(path, text)
        if not self.loaded:
            self.named = _imported(text)
        self.state.places.files[path] = table
        self.loaded.append(path)
        hooks = Hooks(table, self.state, self.errors, self.record)
        self.hooks.append(hooks)
        namespace = vars(module)
        namespace["__builtins__"] = {**vars(builtins), **lenient.BUILTINS, **hooks.by_name()}
        interactive.bind(path, namespace)
        for code in codes:
            try:
                interactive.execute(code, namespace)
            except (OutOfTime, Stop, SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                if isinstance(error, Exception):
                    self.errors.consider(error, sys._getframe())

    def forget(self) -> None:
        """Nothing was seen so far: the file ran only to make the names that a target needs."""
        for hooks in self.hooks:
            hooks.seen = [None] * len(hooks.seen)
        for kept in (self.state.values, self.state.failures, self.state.reported):
            kept.clear()

    def _has_room(self, name: str, path: str) -> bool:
        """Whether a file is to be instrumented: one that is open or that the entry names always is."""
        if path in self.texts or name.rpartition(".")[2] in self.named:
            return True
        try:
            size = os.path.getsize(path)
        except OSError:
            return True
        if size > self.room:
            return False
        self.room -= size
        return True

    # the protocol of a meta path finder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Python's own search; a file of the workspace gets this loader."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not self.owns(spec.origin):
            return None
        if not self._has_room(name, str(spec.origin)):
            self.loaded.append(str(spec.origin))
            return spec
        loader = _Loader(self, str(spec.origin))
        found = importlib.machinery.ModuleSpec(
            name,
            loader,  # pyright: ignore[reportArgumentType]  # it keeps a loader's protocol and needs no base class
            origin=spec.origin,
            is_package=spec.submodule_search_locations is not None,
        )
        if spec.submodule_search_locations is not None:
            found.submodule_search_locations = list(spec.submodule_search_locations)
        found.has_location = True
        return found


def _imported(text: str) -> frozenset[str]:
    """The last parts of the names of the modules that a file may import."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update(alias.name.rpartition(".")[2] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update((node.module or "").split(".")[-1:], (alias.name for alias in node.names))
    return frozenset(names)


class _Loader:
    def __init__(self, owner: WorkspaceLoader, path: str) -> None:
        self.owner, self.path = owner, path

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self.path
        self.owner.execute(self.path, module)

    def get_source(self, name: str) -> str:
        return self.owner.text(self.path)

    def get_filename(self, name: str) -> str:
        return self.path
