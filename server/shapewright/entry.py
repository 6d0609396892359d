"""The one way in: the command line, and behind its `serve` the language server."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from shapewright.cli import main as command_line


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `shapewright` with arguments, those of the process by default, and returns its exit code."""
    return command_line.main(argv, serve=_serve)


def _serve() -> int:
    # Imported when it is asked for: a check needs none of the language server's libraries.
    return importlib.import_module("shapewright.lsp.server").main()
