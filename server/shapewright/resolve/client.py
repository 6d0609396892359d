"""The server's side of the jedi process: started when first asked, killed when late, started again when asked again."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from shapewright.model import Location
from shapewright.resolve.outline import Declaration, Linked, Links
from shapewright.source import Position, Range, SourceText
from shapewright.sources import Sources

_START_FACTOR = 5
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from shapewright.resolve.process import main
main()
"""


class Jedi:
    """A `Resolver` that asks a child process. Safe to use from several threads; they wait for each other.

    `deadline` is in seconds and holds for one question; the first one, for which the process starts, has longer.
    """

    def __init__(self, roots: Sequence[str], search_path: Sequence[str] = (), deadline: float = 4.0) -> None:
        self._roots = tuple(roots)
        self._search_path = tuple(search_path)
        self._deadline = deadline
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ids = itertools.count(1)

    def links(self, source: SourceText, names: Mapping[str, Range], buffers: Mapping[str, str]) -> Links | None:
        """The classes behind names of a file; None where that took too long or failed."""
        places = {
            name: (place.start.line, place.start.column, place.end.line, place.end.column)
            for name, place in names.items()
        }
        result = self._ask("links", source, buffers, names=places)
        if result is None:
            return None
        classes = {name: _linked(item) for name, item in result["classes"].items()}
        return Links(classes, tuple(result["files"]), tuple(result["missing"]))

    def calls(self, source: SourceText, name: str, buffers: Mapping[str, str]) -> tuple[Location, ...]:
        """Where the class `name` of a file is called in the workspace; empty where that took too long."""
        result = self._ask("calls", source, buffers, name=name, roots=self._roots)
        sources = Sources(buffers)
        found = [
            Location(path, text.range_from_ast(*numbers))
            for path, *numbers in result or ()
            if (text := sources.get(path)) is not None
        ]
        return tuple(found)

    def close(self) -> None:
        """End the process. It starts again when asked again."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _ask(self, operation: str, source: SourceText, buffers: Mapping[str, str], **more: Any) -> Any:
        folder = os.path.dirname(source.path)
        request = {
            "operation": operation,
            "path": source.path,
            "text": source.text,
            "buffers": {path: text for path, text in buffers.items() if path != source.path},
            "root": self._roots[0] if self._roots else folder,
            "search_path": [folder, *self._roots, *self._search_path, sysconfig.get_path("stdlib")],
            **more,
        }
        with self._lock:
            number = request["id"] = next(self._ids)
            try:
                before = self._process
                process = self._started()
                patience = self._deadline * (1 if process is before else _START_FACTOR)
                assert process.stdin is not None
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.flush()
                answer = json.loads(self._answers.get(timeout=patience) or b"{}")
            except (queue.Empty, OSError, ValueError):
                self.close()
                return None
        return answer.get("result") if answer.get("id") == number else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        # Isolated: nothing of the environment, of a workspace or of the user's packages comes before what we run with.
        self._process = process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, json.dumps([path for path in sys.path if path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._answers = answers
        threading.Thread(target=_read, args=(process, answers), daemon=True, name="jedi").start()
        return process


def _read(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):
        for line in process.stdout:
            answers.put(line)
    answers.put(b"")


def packages_of(interpreter: str) -> tuple[str, ...]:
    """The folders where an interpreter finds its packages, told from its place alone: nothing is started for it."""
    if not interpreter:
        return ()
    prefix = Path(interpreter).parent.parent
    found = [*prefix.glob("lib*/python3*/site-packages"), *prefix.glob("lib*/python3*/dist-packages")]
    found += [*prefix.glob("lib/python3/dist-packages"), Path(interpreter).parent / "Lib" / "site-packages"]
    found.append(prefix / "Lib" / "site-packages")
    return tuple(dict.fromkeys(str(path) for path in found if path.is_dir()))


def _linked(data: Mapping[str, Any]) -> Linked:
    return Linked(
        data["name"],
        _location(data["location"]),
        data["is_module"],
        tuple(data["bases"]),
        _location(data["forward"]) if data["forward"] else None,
        tuple(
            Declaration(item["name"], _location(item["location"]), _location(item["value"]), item["made_by"])
            for item in cast(list[dict[str, Any]], data["declarations"])
        ),
    )


def _location(data: Mapping[str, Any]) -> Location:
    start, end = data["range"]["start"], data["range"]["end"]
    return Location(data["path"], Range(Position(start["line"], start["column"]), Position(end["line"], end["column"])))
