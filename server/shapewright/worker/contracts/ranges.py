"""Which sizes of one dimension run: found by asking about some, exact on those that were asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

STEPS = (1, 2, 4, 8, 16, 32, 64, 3, 5, 6, 7, 10, 12, 14, 20, 24, 28, 48, 56)
"""Distances at which the next size may be that runs: powers of two first, as strides multiply to them."""
FEW = 3
TALLEST = 8192
"""Beyond this no bound is looked for."""

Ask = Callable[[int], bool]
"""Whether a size runs; raises `Unsure` where it cannot be told."""


class Unsure(Exception):
    """No time was left, or a run took too long to be waited for."""


@dataclass(frozen=True)
class Range:
    """Sizes from `low` to `high` that are `rest` modulo `step`. `high` None: no bound was found."""

    step: int = 1
    rest: int = 0
    low: int = 1
    high: int | None = None

    @property
    def lowest(self) -> int:
        """The smallest size above zero that the step allows."""
        return self.rest or self.step

    def holds(self, size: int) -> bool:
        """Whether a size is in the range."""
        return size % self.step == self.rest and self.low <= size and (self.high is None or size <= self.high)

    def conditions(self, name: str) -> Iterator[tuple[str, int]]:
        """Each condition as text, with a size that breaks it and no other."""
        if self.step > 1:
            off = self.low + 1 if self.high is None or self.low + 1 <= self.high else self.low - 1
            yield f"{name} % {self.step} == {self.rest}", off
        bounded = self.low > self.lowest
        if bounded and self.high is not None:
            yield f"{self.low} <= {name} <= {self.high}", self.high + self.step
        elif bounded:
            yield f"{name} >= {self.low}", self.low - self.step
        elif self.high is not None:
            yield f"{name} <= {self.high}", self.high + self.step

    def samples(self, base: int) -> list[int]:
        """Sizes in the range around one of them, near ones first."""
        near = [base + self.step * k for k in (1, -1, 2, 5, 17, 32, 41, 3, -2, -3, -5)]
        return [size for size in near if size > 0 and self.holds(size)]


def find(ask: Ask, base: int) -> Range | None:
    """The sizes that run, from one that does. None where no other does, or they follow no such rule."""
    step = next((s for s in STEPS if ask(base + s) or (base > s and ask(base - s))), None)
    if step is None:
        return None
    lowest = base % step or step
    low = lowest if ask(lowest) else edge(ask, base, lowest, step)
    high = _highest(ask, base, step)
    found = Range(step, base % step, low, high)
    if high is not None and (low == high or (step > 1 and high - low < FEW * step)):
        return None  # too few sizes to call it a rule
    return found if all(_confirmed(ask, found, base)) else None


def edge(ask: Ask, inside: int, outside: int, step: int) -> int:
    """The last size that runs on the way from one that does to one that does not."""
    while abs(inside - outside) > step:
        middle = inside + (outside - inside) // step // 2 * step
        if middle == inside:
            middle += step if outside > inside else -step
        if ask(middle):
            inside = middle
        else:
            outside = middle
    return inside


def _highest(ask: Ask, base: int, step: int) -> int | None:
    reached, reach = base, step
    while reached < TALLEST:
        size = reached + 3 * reach
        try:
            if not ask(size):
                return edge(ask, reached, size, step)
        except Unsure:
            return None
        reached, reach = size, max(4 * reach, size // step * step)
    return None


def _confirmed(ask: Ask, found: Range, base: int) -> Iterator[bool]:
    """Sizes inside run, and those outside do not, as far as some of both tell."""
    for size in found.samples(base)[:3]:
        with contextlib.suppress(Unsure):
            yield ask(size)
    if found.step > 1:
        others = (base + k for k in (1, found.step // 2, found.step + 1, 3, 5, -1))
        for size in [o for o in others if o > 0 and o % found.step != found.rest][:3]:
            with contextlib.suppress(Unsure):
                yield not ask(size)
