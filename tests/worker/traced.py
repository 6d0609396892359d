"""Runs a text as the worker does, in this process, and gives back the whole trace."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

from shapewright import wire
from shapewright.annotations import declared_targets
from shapewright.source import SourceText

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def traced(
    folder: Path, text: str, *, search_path: tuple[str, ...] = (), classes: bool = False, probes: bool = False
) -> wire.Trace:
    """The trace of a text that stands in a folder; with its `classes`, as declared or not, run on inputs of their own.
    `probes` also tries other sizes, for as long as that takes."""
    from shapewright.worker.run import execute  # torch may be missing where tests are only collected

    path, source = str(folder / "main.py"), textwrap.dedent(text).lstrip("\n")
    options = wire.Options(probes=True, deadline=120.0) if probes else wire.Options()
    targets = _targets(path, source) if classes else ()
    return execute(wire.Run(1, path, {path: source}, (str(folder),), search_path, targets, options))


def _targets(path: str, source: str) -> tuple[wire.Target, ...]:
    tree = ast.parse(source)
    named = {target.name: target for target in declared_targets(SourceText(path, source), tree)}
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    found = [named.pop(name, None) or wire.Target(name) for name in classes]
    return (*found, *named.values())


def run(folder: Path, text: str) -> wire.Trace:
    """The trace of a text behind the usual imports, with its classes."""
    return traced(folder, HEAD + textwrap.dedent(text), classes=True)


def status(trace: wire.Trace, name: str) -> wire.TargetStatus:
    """How far a class or function was checked."""
    return next(target for target in trace.targets if target.name == name)
