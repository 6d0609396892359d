"""`shapewright doctor`: what runs the code, and what to do where it does not."""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import shapewright
from shapewright.analysis import Request, analyse
from shapewright.cli.files import File, FileError
from shapewright.cli.session import Session
from shapewright.model import Report

_LIBRARIES = ("pygls", "lsprotocol", "jedi", "parso", "docstring-parser")
_PROBE = "import torch\n\nx = torch.zeros(2, 3)\n"


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The report of a folder's set-up, and 2 where code cannot be run there."""
    place = Path(arguments.path).absolute()
    if not place.exists():
        raise FileError(f"{arguments.path}: there is no such file or folder")
    folder = place if place.is_dir() else place.parent
    # The probe needs a name that no file has; it is a buffer and never written.
    probe = File("doctor", str(folder / "shapewright_doctor.py"))
    settings = session.config(folder)
    engine = session.engine(probe)
    report = analyse(Request(probe.path, {probe.path: _PROBE}, (str(folder),), settings), engine)
    lines = list(_lines(session, folder, report))
    return "\n".join(lines) + "\n", 2 if report.status == "failed" else 0


def _lines(session: Session, folder: Path, report: Report) -> Iterator[str]:
    info = report.engine
    yield f"shapewright  {shapewright.__version__}, on Python {platform.python_version()} ({sys.executable})"
    yield f"libraries    {', '.join(f'{name} {_version(name)}' for name in _LIBRARIES)}"
    yield f"settings     {session.config(folder).file or 'none: no pyproject.toml with [tool.shapewright]'}"
    yield f"interpreter  {info.interpreter or 'none'}, Python {info.python or 'not started'}"
    yield f"torch        {info.torch or 'none'}"
    yield f"sandbox      {', '.join(info.sandbox) or 'none'}"
    if report.status == "failed":
        yield f"problem      {report.reason}"
    else:
        yield f"ready        a first analysis took {report.seconds:.2f} s"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed (install shapewright again)"
