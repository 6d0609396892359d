"""The corpus as a test: right programs stay silent, wrong ones are found, with floors that only rise."""

from __future__ import annotations

from corpus import score

KNOWN_FALSE: dict[str, str] = {}
"""Right programs on which something is reported, with the reason."""

WRONG_FLOOR = 112
"""Wrong programs (of 136) of which every failing line is found."""
EXTRA_CEILING = 14
"""Wrong programs with a finding on a line that the truth does not have."""
SHAPES_FLOOR = 0.80
"""Share of the names of right programs that held exactly the shapes of the real run."""


def test_nothing_is_reported_on_programs_that_run() -> None:
    result = score.right([])
    false = [line for line in result.complaints if line.split(":")[0] not in KNOWN_FALSE]
    assert not false, "\n".join(false)
    assert sum(result.total.values()) > 100


def test_wrong_programs_are_found() -> None:
    result = score.wrong([])
    assert sum(result.full.values()) >= WRONG_FLOOR, "\n".join(result.complaints)
    assert result.extra <= EXTRA_CEILING, "\n".join(result.complaints)
    assert not [line for line in result.complaints if line.startswith("CRASH")], "\n".join(result.complaints)


def test_names_hold_the_shapes_of_the_real_run() -> None:
    result = score.shapes([])
    assert result.full["shape"] / result.total["shape"] >= SHAPES_FLOOR, "\n".join(result.complaints[:40])
