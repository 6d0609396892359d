"""The corpus as a test: right programs stay silent, wrong ones are found, with floors that only rise.

The shapes of the right programs are compared by `score.py --shapes`, which takes too long for every run.
"""

from __future__ import annotations

from corpus import score

WRONG_FLOOR = 105
"""Wrong programs (of 136) of which every failing line is found."""
EXTRA_CEILING = 14
"""Wrong programs with a finding on a line that the truth does not have."""
FALSE_CEILING = 2
"""Right programs (of 108) that may be reported on or run out of time on a slow machine; the aim is none."""


def test_nothing_is_reported_on_programs_that_run() -> None:
    result = score.right([])
    total = sum(result.total.values())
    assert total > 100
    assert total - sum(result.full.values()) <= FALSE_CEILING, "\n".join(result.complaints)


def test_wrong_programs_are_found() -> None:
    result = score.wrong([])
    assert sum(result.full.values()) >= WRONG_FLOOR, "\n".join(result.complaints)
    assert result.extra <= EXTRA_CEILING, "\n".join(result.complaints)
