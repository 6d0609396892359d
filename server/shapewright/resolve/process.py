"""The process in which jedi lives: `python -m shapewright.resolve.process`, one JSON object a line in and out.

jedi can take seconds for one name, and in a thread it holds everybody up; here it can be killed. It writes no cache to
the disk, and it imports nothing but the standard library: packages are read, never run.
"""

# pyright: reportMissingTypeStubs=false
# jedi and parso have annotations of their own here and there, and no stubs.

from __future__ import annotations

import ast
import contextlib
import dataclasses
import functools
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import jedi
import parso.cache
import parso.grammar
from jedi.api.environment import InterpreterEnvironment
from jedi.inference.compiled import access

from shapewright.model import Location
from shapewright.resolve import syntax
from shapewright.resolve.outline import Linked, Links, local_class
from shapewright.resolve.repair import parseable
from shapewright.source import Position, Range, SourceText
from shapewright.sources import Sources

_DEPTH = 12
_FILES = 400
_SIZE = 400_000


def main() -> None:
    """Answer requests until the pipe closes."""
    _harmless()
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but answers may reach the pipe
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            answer = {"id": request["id"], "result": _OPERATIONS[request["operation"]](request)}
        except Exception as error:  # jedi fails in many ways; the server goes on without it
            answer = {"id": request["id"], "error": f"{type(error).__name__}: {error}"}
        output.write(json.dumps(answer).encode() + b"\n")
        output.flush()


def _harmless() -> None:
    # parso keeps its trees in memory and, unless told otherwise, pickled in the user's cache folder.
    parser: Any = parso.grammar
    cache: Any = parso.cache
    parser.try_to_save_module = functools.partial(parser.try_to_save_module, pickling=False)
    cache._load_from_file_system = _nothing
    compiled: Any = access
    load = compiled.load_module

    def load_module(inference_state: Any, dotted_name: str, sys_path: Any) -> Any:
        standard = dotted_name.partition(".")[0] in sys.stdlib_module_names
        return load(inference_state, dotted_name, list(sys.path)) if standard else None

    compiled.load_module = load_module


def _nothing(*_: object, **__: object) -> None:
    """Takes the place of reading a cache."""


class _Follower:
    """Follows names from one file into others."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.sources = Sources(request["buffers"])
        self.project: Any = jedi.Project(
            request["root"], sys_path=request["search_path"], smart_sys_path=False, load_unsafe_extensions=False
        )
        self.files: dict[str, None] = {}
        self.missing: dict[str, None] = {}
        self._parsed: dict[str, tuple[SourceText, syntax.FileSyntax]] = {}
        self._known: dict[tuple[str, str], Linked | None] = {}

    def follow(self, source: SourceText, text: str, place: Range, depth: int = 0) -> Linked | None:
        """The class behind a name that stands at `place`."""
        script: Any = jedi.Script(
            source.text, path=source.path, project=self.project, environment=InterpreterEnvironment()
        )
        line, column = place.end.line + 1, max(place.end.column - 1, 0)
        names = script.goto(line, column, follow_imports=True, follow_builtin_imports=True)
        if not any(name.type == "class" for name in names):
            names = script.infer(line, column)
        for name in names:
            dotted = str(name.full_name or name.name)
            if syntax.is_torch_module(dotted):
                return Linked(dotted, Location(str(name.module_path or ""), _POINT), True)
            if name.type == "class" and name.module_path and name.line:
                return self._class(str(name.module_path), name.line - 1, dotted, depth)
        self.missing[text] = None
        return None

    def _class(self, path: str, line: int, dotted: str, depth: int) -> Linked | None:
        key = (path, dotted)
        if key in self._known or depth > _DEPTH:
            return self._known.get(key)
        self._known[key] = None
        parsed = self._read(path)
        if parsed is None:
            return None
        source, file = parsed
        self.files[path] = None
        last = dotted.rpartition(".")[2]
        found = [c for c in file.classes.values() if c.range.start.line == line or c.name == last]
        if not found:
            return None
        item = min(found, key=lambda c: c.range.start.line != line)
        links = Links(dict(self._bases(source, file, item, depth)))
        linked = local_class(source, file, links, item.name)
        self._known[key] = linked and dataclasses.replace(linked, name=dotted)
        return self._known[key]

    def _bases(
        self, source: SourceText, file: syntax.FileSyntax, item: syntax.ClassSyntax, depth: int
    ) -> Iterator[tuple[str, Linked]]:
        for text, dotted, place in zip(item.bases, item.dotted, item.places, strict=True):
            if text in file.classes and text != item.name:
                yield from self._bases(source, file, file.classes[text], depth + 1) if depth < _DEPTH else ()
            elif dotted and not syntax.is_torch_module(dotted):
                linked = self.follow(source, text, place, depth + 1)
                if linked is not None:
                    yield text, linked

    def _read(self, path: str) -> tuple[SourceText, syntax.FileSyntax] | None:
        if path not in self._parsed:
            source = self.sources.get(path)
            if source is None or len(source.text) > _SIZE:
                return None
            repaired = SourceText(path, parseable(source.text).text)
            self._parsed[path] = (repaired, syntax.read(repaired))
        return self._parsed[path]


_POINT = Range(Position(0, 0), Position(0, 0))


def _links(request: Mapping[str, Any]) -> dict[str, Any]:
    follower = _Follower(request)
    source = SourceText(request["path"], request["text"])
    classes: dict[str, Any] = {}
    for text, (line, column, end_line, end_column) in request["names"].items():
        place = Range(Position(line, column), Position(end_line, end_column))
        linked = follower.follow(source, text, place)
        if linked is not None:
            classes[text] = dataclasses.asdict(linked)
    return {"classes": classes, "files": list(follower.files), "missing": list(follower.missing)}


def _calls(request: Mapping[str, Any]) -> list[list[Any]]:
    """Where a class is called in the workspace: [path, line, column, end line, end column] in `ast` coordinates."""
    name, target = request["name"], os.path.realpath(request["path"])
    sources = Sources(request["buffers"])
    follower = _Follower(request)
    found: list[list[Any]] = []
    for path in _python_files(request["roots"]):
        source = sources.get(path)
        if source is None or name not in source.text or len(source.text) > _SIZE:
            continue
        repaired = SourceText(path, parseable(source.text).text)
        file = syntax.read(repaired)
        for node in ast.walk(ast.parse(repaired.text)):
            if not isinstance(node, ast.Call) or syntax.dotted_name(node.func, file.imports).rpartition(".")[2] != name:
                continue
            if os.path.realpath(path) != target:
                end = (node.func.end_lineno or node.func.lineno, node.func.end_col_offset or node.func.col_offset)
                place = Range(repaired.from_ast(node.func.lineno, node.func.col_offset), repaired.from_ast(*end))
                linked = follower.follow(repaired, name, place)
                if linked is None or os.path.realpath(linked.location.path) != target:
                    continue
            found.append([path, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset])
    return found


def _python_files(roots: list[str]) -> Iterator[str]:
    count = 0
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
            for file in sorted(files):
                if file.endswith(".py"):
                    count += 1
                    if count > _FILES:
                        return
                    yield os.path.join(folder, file)


_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"})
_OPERATIONS = {"links": _links, "calls": _calls}

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
