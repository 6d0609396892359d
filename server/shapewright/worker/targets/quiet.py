"""Making instances without a word, and within a time."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from shapewright.worker.state import OutOfTime, State

CONSTRUCTING = 8.0
"""Seconds of processor time for making an instance."""


@contextlib.contextmanager
def quiet(state: State) -> Generator[None]:
    """Constructing with invented arguments reports nothing."""
    state.quiet += 1
    try:
        with state.within(CONSTRUCTING):
            yield
    except OutOfTime as error:
        state.check_time()
        raise TimeoutError("it takes too long") from error
    finally:
        state.quiet -= 1
