"""One engine serves all pages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from shapewright import analysis
from shapewright.engine import Engine
from shapewright.model import Report

Analyse = Callable[[str], Report]


@pytest.fixture(scope="session")
def analyse() -> Iterator[Analyse]:
    engine = Engine(sys.executable)
    engine.start()

    def run(text: str) -> Report:
        path = "/nowhere/example.py"
        # Other sizes are tried for every page: what they add is no more than hints.
        return analysis.analyse(analysis.Request(path, {path: text}, ("/nowhere",), sizes=True), engine)

    yield run
    engine.stop()
