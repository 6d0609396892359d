"""Making instances without a word, and within a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator

from shapewright.worker.state import OutOfTime, State

CONSTRUCTING = 8.0
"""Seconds for making an instance."""


@contextlib.contextmanager
def quiet(state: State) -> Generator[None]:
    """Constructing with invented arguments reports nothing."""
    state.quiet += 1
    limit = state.limit
    state.limit = min(limit, time.monotonic() - state.started + CONSTRUCTING)
    try:
        yield
    except OutOfTime as error:
        if time.monotonic() - state.started > limit:
            raise
        raise TimeoutError("it takes too long") from error
    finally:
        state.quiet -= 1
        state.limit = limit
