"""Sizes that change from run to run and yet are never the same, whatever the inputs are."""

from __future__ import annotations

import itertools

from shapewright.worker.targets import byname, sizes
from shapewright.worker.targets.unsatisfiable import Variables

Pair = tuple[tuple[int, ...], tuple[int, ...]]
"""What two sizes were in the same runs."""


def is_apart(variables: Variables) -> bool:
    """Whether two operands of one argument differ in one dimension by the same amount whatever the sizes are."""
    for (one, places), (other, others) in itertools.combinations(variables.items(), 2):
        common = {axis for _, axis in places} & {axis for _, axis in others}
        if (
            common
            and len({p for p, _ in (*places, *others)}) > 1
            and stays_apart(one, other, [])
            and min(one + other) > 1
        ):
            return True
    return False


def multiples(variables: Variables, names: list[dict[str, int]]) -> list[Pair]:
    """The sizes of which one is the other times a width of the constructor, that one first: `dim * ratio` and `ratio`.

    `names` are the sizes of all names in the same runs. That a width is 1 is not what anybody has in mind.
    """
    widths = [tuple(n[w] for n in names) for w in set.intersection(*(set(n) for n in names)) if byname.is_width(w)]
    columns = {column for column in widths if min(column) > 1 and len(set(column)) > 1}
    return [
        (one, other)
        for one, other in itertools.permutations(variables, 2)
        if min(other) > 0
        and not any(x % y for x, y in zip(one, other, strict=True))
        and tuple(x // y for x, y in zip(one, other, strict=True)) in columns
    ]


def stays_apart(a: tuple[int, ...], b: tuple[int, ...], names: list[dict[str, int]]) -> bool:
    """Whether two changing sizes differ for all inputs.

    They do by the same amount, by a size that is never zero, or as two different names that somebody wrote.
    """
    difference = [x - y for x, y in zip(a, b, strict=True)]
    if len(set(difference)) == 1:
        return True
    common = set.intersection(*(set(n) for n in names)) if names else set[str]()
    columns = {name: [n[name] for n in names] for name in common}
    for column in columns.values():
        if len({d / c for d, c in zip(difference, column, strict=True) if c}) == 1:
            return True
    first = [n for n, column in columns.items() if tuple(column) == a]
    second = [n for n, column in columns.items() if tuple(column) == b]
    return bool(first and second) and not any(sizes.alike(x, y) for x in first for y in second)
