"""Reads the arguments, runs one command, writes what it says."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import cast

from shapewright import analysis
from shapewright.cli import annotate, check, doctor, explain, fix, shapes, summary
from shapewright.cli.arguments import UsageError, parser
from shapewright.cli.files import FileError
from shapewright.cli.session import FindInterpreter, OpenEngine, Session
from shapewright.config import Config, ConfigError
from shapewright.engine import Engine, interpreter
from shapewright.engine.start import StartMethod
from shapewright.plan import PinError

_WITH_ENGINE: dict[str, Callable[[argparse.Namespace, Session], tuple[str, int]]] = {
    "check": check.run,
    "shapes": shapes.run,
    "summary": summary.run,
    "fix": fix.run,
    "annotate": annotate.run,
    "doctor": doctor.run,
}
_WITHOUT: dict[str, Callable[[argparse.Namespace], tuple[str, int]]] = {
    "explain": explain.explain,
    "rules": explain.listing,
}


@contextlib.contextmanager
def open_engine(path: str, settings: Config) -> Generator[analysis.Runner]:
    """The real engine."""
    method = cast(StartMethod, settings.start_method)
    engine = Engine(path, start_method=method, allow_unsandboxed=settings.allow_unsandboxed)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def find_interpreter(given: str | None, settings: Config, path: Path) -> str:
    """The interpreter of the command line, of the settings, or the one found for the file."""
    return interpreter.find(given or settings.interpreter, path)


def main(
    argv: Sequence[str] | None,
    *,
    serve: Callable[[], int],
    open_engine: OpenEngine = open_engine,
    find_interpreter: FindInterpreter = find_interpreter,
) -> int:
    """Runs a command and returns the exit code: 0 nothing found, 1 errors found, 2 could not run."""
    try:
        arguments = parser().parse_args(argv)
        if arguments.command == "serve":
            return serve()
        if arguments.command in _WITHOUT:
            output, code = _WITHOUT[arguments.command](arguments)
        else:
            session = Session(open_engine, find_interpreter, arguments.python, arguments.allow_unsandboxed)
            with session.opened():
                output, code = _WITH_ENGINE[arguments.command](arguments, session)
        _write(output)
        return code
    except (UsageError, FileError, ConfigError, PinError) as error:
        print(f"shapewright: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("shapewright: interrupted", file=sys.stderr)
        return 130


def _write(output: str) -> None:
    # A terminal that cannot show a character shows a mark in its place; a reader that went away is no mistake of ours.
    encoding = sys.stdout.encoding or "utf-8"
    output = output.encode(encoding, "replace").decode(encoding)
    try:
        sys.stdout.write(output)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
