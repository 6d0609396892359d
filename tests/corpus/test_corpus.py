"""The corpus as a test: right programs stay silent, wrong ones are found, shapes are true. The floors only rise."""

from __future__ import annotations

from corpus import score

WRONG_FLOOR = 210
"""Wrong programs (of 228) of which every failing line is found."""
EXTRA_CEILING = 5
"""Wrong programs with a finding on a line that the truth does not have."""
FALSE_CEILING = 2
"""Right programs (of 121) that may be reported on or run out of time on a slow machine; the aim is none."""


SHAPES_FLOOR = 0.92
"""Share of the names in right programs that held exactly the shapes and dtypes of the real run."""
UNTRUE_CEILING = 10
"""Names shown with a shape that they never had in the real run: where chance or a made-up file decides."""


def test_nothing_is_reported_on_programs_that_run() -> None:
    result = score.right([])
    total = sum(result.total.values())
    assert total > 100
    assert total - sum(result.full.values()) <= FALSE_CEILING, "\n".join(result.complaints)


def test_wrong_programs_are_found() -> None:
    result = score.wrong([])
    assert sum(result.full.values()) >= WRONG_FLOOR, "\n".join(result.complaints)
    assert result.extra <= EXTRA_CEILING, "\n".join(result.complaints)


def test_shapes_are_those_of_the_real_run() -> None:
    result = score.shapes([])
    assert sum(result.full.values()) >= SHAPES_FLOOR * sum(result.total.values())
    assert len(result.complaints) <= UNTRUE_CEILING, "\n".join(result.complaints)
