"""The language server: what is wired to what."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, cast

from shapewright.lsp import stdio
from shapewright.lsp.features import (
    code_actions,
    code_lenses,
    commands,
    completion,
    configuration,
    documents,
    examples,
    hover,
    inlay_hints,
    lifecycle,
    model,
    notebooks,
    shapes,
)
from shapewright.lsp.window import Window

FEATURES = (
    lifecycle,
    documents,
    examples,
    notebooks,
    shapes,
    configuration,
    hover,
    inlay_hints,
    code_actions,
    code_lenses,
    commands,
    completion,
    model,
)


def make() -> Window:
    """A server with all its features, not started yet."""
    window = Window()
    for feature in FEATURES:
        feature.register(window)
    return window


def main() -> int:
    """Serve one editor over stdio until it leaves, and return the exit code."""
    reader, writer = stdio.take()
    # pygls logs whole messages at INFO.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    window = make()

    def ended() -> None:
        # The editor is gone without a word. Runs end with the engine, and with them the threads that wait for them.
        if window.begun:
            window.session.close()

    try:
        window.start_io(cast(Any, stdio.UntilEnd(reader, ended)), writer)
    finally:
        ended()
    logging.shutdown()
    # Not by way of the interpreter's own end: it would wait for threads, and there is nothing left to save.
    os._exit(0 if window.was_shut_down else 1)
