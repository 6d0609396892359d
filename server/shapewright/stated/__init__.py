"""Shapes that people wrote for results, checked against what a run saw: comments behind statements, and docstrings.

Pure. A contradiction becomes a failure like any other, so that rules tell it and fixes repair it. Nothing is said of a
run with a mistake in it: what comes behind a mistake was repaired by guesses.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapewright import wire
from shapewright.sources import Sources
from shapewright.stated import comments, docstrings

__all__ = ["KINDS", "failures"]

KINDS = frozenset({comments.KIND, docstrings.KIND})


def failures(trace: wire.Trace, sources: Sources) -> Iterator[wire.Failure]:
    """What was written and does not hold."""
    if any(failure.kind == "error" for failure in trace.failures):
        return
    yield from comments.failures(trace.values, sources)
    yield from docstrings.failures(trace, sources)
