"""Which sizes run, asked of functions that know it."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from shapewright.worker.contracts.ranges import Range, Unsure, find
from shapewright.worker.targets.fits import fit


@pytest.mark.parametrize(
    ("runs", "base", "expected", "texts"),
    [
        ("True", 23, Range(), []),
        ("n % 32 == 0", 96, Range(32, 0, 32), [("H % 32 == 0", 33)]),
        ("n % 16 == 0 and n >= 48", 96, Range(16, 0, 48), [("H % 16 == 0", 49), ("H >= 48", 32)]),
        ("n >= 7", 96, Range(low=7), [("H >= 7", 6)]),
        ("n <= 1024", 64, Range(high=1024), [("H <= 1024", 1025)]),
        ("32 <= n <= 35", 32, Range(low=32, high=35), [("32 <= H <= 35", 36)]),
        ("n % 6 == 0", 48, Range(6, 0, 6), [("H % 6 == 0", 7)]),
        ("n % 4 == 1", 29, Range(4, 1), [("H % 4 == 1", 2)]),
        ("n == 50", 50, None, []),
        ("n in (1, 3)", 3, None, []),
        ("n & (n - 1) == 0", 64, None, []),
    ],
)
def test_ranges(runs: str, base: int, expected: Range | None, texts: list[tuple[str, int]]) -> None:
    found = find(lambda n: bool(eval(runs, {}, {"n": n})), base)
    assert found == expected
    assert found is None or list(found.conditions("H")) == texts


def test_what_takes_too_long_has_no_bound() -> None:
    def slow(size: int) -> bool:
        if size > 100:
            raise Unsure
        return True

    assert find(slow, 8) == Range()


@pytest.mark.parametrize("text", ["H/2", "(H-1)//2+1", "H//16-3", "H+W+1", "(H//4)*(W//4)+1", "2*H*W", "7"])
def test_expressions_are_found_again(text: str) -> None:
    def true(h: int, w: int) -> int:
        return eval(text.replace("H/2", "H//2"), {}, {"H": h, "W": w})

    heights = (64, 66, 80, 62, 128) if text == "H/2" else (64, 65, 66, 63, 79, 80, 97)
    sizes = [*((h, 40) for h in heights), *((64, w) for w in (41, 42, 43, 44, 57, 80)), (80, 60), (98, 46)]
    assert fit([true(h, w) for h, w in sizes], [{"H": h, "W": w} for h, w in sizes], ["H", "W"]) == text


def test_a_dimension_that_follows_no_rule_has_no_expression() -> None:
    envs = [{"H": h} for h in (8, 9, 12, 20, 33)]
    assert fit([64, 81, 144, 400, 1089], envs, ["H"]) is None
