"""From Python frames to places in the workspace."""

from __future__ import annotations

import ast
import builtins
import os
import sys
from types import CodeType, FrameType, TracebackType
from typing import Any

from shapewright import wire
from shapewright.worker.sites import FileSites, TryRegion, Where

RUN = os.path.join(os.path.dirname(__file__), "run.py")
"""Where the analysed program begins: what our own callers catch is no handler of it."""
Positions = tuple[int | None, int | None, int | None, int | None]
_positions: dict[CodeType, list[Positions]] = {}


class Places:
    """The instrumented files of a run, and the questions that can be asked about a frame in one of them."""

    def __init__(self) -> None:
        self.files: dict[str, FileSites] = {}
        self.library: dict[str, list[TryRegion]] = {}

    def is_workspace(self, frame: FrameType) -> bool:
        """Whether the frame runs instrumented code."""
        return frame.f_code.co_filename in self.files

    def raw(self, frame: FrameType, lasti: int | None = None) -> Where | None:
        """The range that the frame is executing, as the compiler knows it."""
        code = frame.f_code
        line: int | None = None
        if sys.version_info >= (3, 11):
            table = _positions.get(code)
            if table is None:
                table = _positions[code] = list(code.co_positions())
            first, last, start, end = table[(frame.f_lasti if lasti is None else lasti) // 2]
            if first is not None and last is not None and start is not None and end is not None:
                return (first, start, last, end)
            line = first
        return self._call_on_line(code.co_filename, line or frame.f_lineno)

    def _call_on_line(self, path: str, line: int) -> Where | None:
        """Without columns (Python 3.10): the outermost call that starts on the line, else the line."""
        calls = self.files[path].on_line.get(line)
        return max(calls, key=lambda w: (w[2], w[3], -w[1])) if calls else (line, 0, line + 1, 0)

    def shown(self, path: str, at: Where) -> Where:
        """The range that a finding shows for a call (chained calls start at the method's name)."""
        return self.files[path].calls.get(at, at)

    def nearest(self, frame: FrameType | None) -> FrameType | None:
        """The deepest workspace frame at or above `frame`."""
        while frame is not None and frame.f_code.co_filename not in self.files:
            frame = frame.f_back
        return frame

    def written(self, frame: FrameType | None) -> str:
        """What the workspace called of a package, below which `frame` runs: a function or a class; empty where it calls
        PyTorch itself."""
        found: FrameType | None = None
        while frame is not None and frame.f_code.co_filename not in self.files:
            path = frame.f_code.co_filename.replace("\\", "/")
            if not any(part in path for part in _NOT_WRITTEN) or "/worker/stand_ins/" in path:
                found = frame
            frame = frame.f_back
        if found is None:
            return ""
        name = found.f_code.co_name
        return type(found.f_locals["self"]).__name__ if name.startswith("__") and "self" in found.f_locals else name

    def stack(self, frame: FrameType | None) -> list[tuple[FrameType, Where]]:
        """All workspace frames with what they execute, outermost first."""
        result: list[tuple[FrameType, Where]] = []
        while frame is not None:
            if frame.f_code.co_filename in self.files and (at := self.raw(frame)) is not None:
                result.append((frame, at))
            frame = frame.f_back
        return result[::-1]

    def wire_frames(self, stack: list[tuple[FrameType, Where]]) -> tuple[wire.Frame, ...]:
        """The stack as it goes to the server."""
        return tuple(
            wire.Frame(self.span(f.f_code.co_filename, self.shown(f.f_code.co_filename, at)), f.f_code.co_name)
            for f, at in stack
        )

    @staticmethod
    def span(path: str, at: Where) -> wire.Span:
        """A place for the wire."""
        return wire.Span(path, *at)

    # ---------------------------------------------------------------------------------------------- who catches

    def caught_by_probe(self, frame: FrameType | None, error: BaseException) -> bool:
        """Whether the first handler around `frame` that would catch `error` goes on with an alternative."""
        while frame is not None and not (frame.f_code.co_name == "execute" and frame.f_code.co_filename == RUN):
            path = frame.f_code.co_filename
            regions = self.files[path].regions if path in self.files else self._library_regions(frame)
            line = frame.f_lineno
            around = sorted((r for r in regions if r.first <= line <= r.last), key=lambda r: r.last - r.first)
            for region in around:
                if _catches(region, frame, error):
                    return region.probe
            frame = frame.f_back
        return False

    def _library_regions(self, frame: FrameType) -> list[TryRegion]:
        """The `try` regions of a library file, read when a failure passes through it: a library knows what it does."""
        path = frame.f_code.co_filename
        if "/torch/" in path.replace("\\", "/") or path.startswith("<") or "shapewright" in path:
            return []
        if path not in self.library:
            try:
                with open(path, encoding="utf-8") as file:
                    tree = ast.parse(file.read())
            except (OSError, SyntaxError, ValueError):
                self.library[path] = []
            else:
                tries = [n for n in ast.walk(tree) if isinstance(n, ast.Try) and n.handlers]
                self.library[path] = [
                    TryRegion(t.body[0].lineno, t.body[-1].end_lineno or 0, _types(t), not _reraises(t)) for t in tries
                ]
        return self.library[path]


_NOT_WRITTEN = ("/torch/", "/shapewright/worker/", "<")


def _types(node: ast.Try) -> tuple[ast.expr, ...]:
    from shapewright.worker.handlers import handler_types

    return handler_types(node.handlers)


def _reraises(node: ast.Try) -> bool:
    return all(isinstance(h.body[-1], ast.Raise) for h in node.handlers)


def _catches(region: TryRegion, frame: FrameType, error: BaseException) -> bool:
    if not region.types:
        return True
    for expression in region.types:
        caught = resolved(expression, frame)
        classes = caught if isinstance(caught, tuple) else (caught,)
        if any(isinstance(c, type) and isinstance(error, c) for c in classes):
            return True
    return False


def resolved(expression: ast.expr, frame: FrameType) -> Any:
    """A handler's exception type; only names and attributes are looked up, nothing is called."""
    if isinstance(expression, ast.Tuple):
        return tuple(resolved(e, frame) for e in expression.elts)
    if isinstance(expression, ast.Attribute):
        return getattr(resolved(expression.value, frame), expression.attr, None)
    if isinstance(expression, ast.Call) and len(expression.args) == 1:  # an instrumented name: `__sw_v__(n, X)` has two
        return None
    if isinstance(expression, ast.Name):
        for scope in (frame.f_locals, frame.f_globals, vars(builtins)):
            if expression.id in scope:
                return scope[expression.id]
    return None


def traceback_frames(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    """The frames of a traceback with their last instruction, outermost first."""
    result: list[tuple[FrameType, int]] = []
    while traceback is not None:
        result.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    return result
