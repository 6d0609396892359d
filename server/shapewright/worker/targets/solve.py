"""Which size must an input have so that a dimension deep in the network comes out as a layer wants it?

The dimension is watched while the free sizes change; between two runs it is taken as a line (for a flattened map, each
side on its own), and the answer is rounded to sizes that people use.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from shapewright.worker.info import info_of
from shapewright.worker.probing import Probe
from shapewright.worker.targets import sizes
from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import Plan

if TYPE_CHECKING:
    from shapewright.worker.targets.search import Search

NICE = (
    224, 32, 64, 28, 128, 256, 227, 299, 84, 96, 112, 105, 512, 384, 320, 300, 160, 192, 200, 100, 48, 50, 40, 60, 80,
    120, 150, 180, 16, 20, 24, 36, 56, 72, 144, 240, 250, 280, 400, 416, 448, 480, 500, 640, 1000, 1024, 8, 10, 12, 14,
    30, 90, 178, 218,
)  # fmt: skip
_MAKES_FLAT = {"view", "reshape", "flatten", "contiguous", "dropout", "transpose", "permute", "clone"}


def proposals(search: Search, plan: Plan, reached: Probe, call: Call) -> Iterator[Plan]:
    """Plans with other sizes for the names that the refused dimension depends on."""
    from shapewright.worker.targets.proposals import spatial

    used = sizes.symbols_in(plan.inputs.values())
    square = spatial(plan)
    groups: list[list[str]] = [square] if square else []
    groups += [[n] for n in plan.binding.free if n in used and n not in square and not sizes.BATCH.match(n)]
    watched = call.watch_positions()
    yield from _by_ratio(plan, call, square, watched)
    for group in groups:
        if search.spent:
            return
        yield from _along(search, plan, reached, call, group, watched)


def _by_ratio(plan: Plan, call: Call, square: list[str], watched: list[int]) -> Iterator[Plan]:
    """A first answer from one run alone: a map shrinks by strides, so its side is a fraction of the input's."""
    side = max((plan.binding.free[n] for n in square if sizes.HEIGHT.match(n)), default=0)
    shapes = unflattened(call)
    for position in watched if side else ():
        shape = shapes[position]
        for axis, target in call.wanted(position, shape):
            if axis >= 0 or len(shape) != 4 or target % shape[1]:
                continue
            wanted = math.isqrt(target // shape[1])
            if wanted * wanted * shape[1] == target and shape[2]:
                step = 2 ** round(math.log2(max(1.0, side / shape[2])))
                for size in dict.fromkeys(
                    n for n in (wanted * step, *NICE) if wanted * step <= n < (wanted + 1) * step
                ):
                    yield plan.sized(dict.fromkeys(square, size))
                    break


def _along(
    search: Search, plan: Plan, reached: Probe, call: Call, group: list[str], watched: list[int]
) -> Iterator[Plan]:
    low, high = (64, 128) if len(group) > 1 or sizes.HEIGHT.match(group[0]) else (40, 80)
    first, second = plan.sized(dict.fromkeys(group, low)), plan.sized(dict.fromkeys(group, high))
    before, after = search.attempt(first), search.attempt(second)
    for candidate, result in ((first, before), (second, after)):
        if result.passed or result.progress > reached.progress:
            yield candidate
    a, b = _shapes(before, reached), _shapes(after, reached)
    if a is None or b is None:
        return
    for position in watched:
        yield from _solved(plan, group, (low, high), (a[position], b[position]), call.wanted(position, a[position]))


def _solved(
    plan: Plan,
    group: list[str],
    at: tuple[int, int],
    seen: tuple[tuple[int, ...], tuple[int, ...]],
    wanted: list[tuple[int, int]],
) -> Iterator[Plan]:
    """`wanted`: an axis, or -1 for the product of all but the first, and its size."""
    one, two = seen
    if len(one) != len(two) or one == two:
        return
    moving = [i for i in range(len(one)) if one[i] != two[i]]
    for axis, target in wanted:
        if axis >= 0 and axis in moving:
            yield from _line(plan, group, at, (one[axis], two[axis]), target)
        if axis < 0:
            rest = math.prod(one[i] for i in range(1, len(one)) if i not in moving)
            if rest and target % rest == 0:
                yield from _product(plan, group, at, one, two, moving, target // rest)


def _line(plan: Plan, group: list[str], at: tuple[int, int], seen: tuple[int, int], target: int) -> Iterator[Plan]:
    """The sizes at which a dimension that grows with the group becomes `target`."""
    for size in line(at, seen, target, quadratic=len(group) > 1):
        if size == 1 and len(group) == 1:
            continue
        yield plan.sized(dict.fromkeys(group, size))


def line(at: tuple[int, int], seen: tuple[int, int], target: int, quadratic: bool = False) -> list[int]:
    """Sizes of the input for which the dimension is likely `target`: nice ones first."""
    (x1, x2), (y1, y2) = at, seen
    if y1 == y2:
        return []
    guesses: list[tuple[float, float]] = [(x1 + (target - y1) * (x2 - x1) / (y2 - y1), abs((x2 - x1) / (y2 - y1)))]
    if quadratic and y1 > 0 and y2 > 2.5 * y1 and target > 0:
        r1, r2, r = math.sqrt(y1), math.sqrt(y2), math.sqrt(target)
        guesses.insert(0, (x1 + (r - r1) * (x2 - x1) / (r2 - r1), abs((x2 - x1) / (r2 - r1))))
    found: list[int] = []
    for guess, step in guesses:
        step = max(1.0, step)
        near = [n for n in NICE if abs(n - guess) <= step]
        exact = [
            round(guess),
            math.ceil(guess + step / 2),
            math.floor(guess - step / 2),
            round(guess + step),
            round(guess - step),
        ]
        found += [*sorted(near, key=NICE.index)[:3], *exact]
    return [n for n in dict.fromkeys(found) if 0 < n < 4096]


def _product(
    plan: Plan,
    group: list[str],
    at: tuple[int, int],
    one: tuple[int, ...],
    two: tuple[int, ...],
    moving: list[int],
    target: int,
) -> Iterator[Plan]:
    """The sides of a map whose area (length, volume) must be `target`."""
    if len(moving) == 1:
        yield from _line(plan, group, at, (one[moving[0]], two[moving[0]]), target)
        return
    sides = _sides(target, len(moving))
    for side in sides:
        if len(set(side)) == 1 and len({(one[i], two[i]) for i in moving}) == 1:
            yield from _line_exact(plan, group, at, (one[moving[0]], two[moving[0]]), side[0])
            continue
        if len(moving) > len(group):
            continue
        values: dict[str, int] = {}
        for name, axis, wanted in zip(_in_order(group), moving[-len(group) :], side[-len(group) :], strict=False):
            found = line(at, (one[axis], two[axis]), wanted)
            if found:
                values[name] = found[0]
        yield plan.sized(values)


def _line_exact(
    plan: Plan, group: list[str], at: tuple[int, int], seen: tuple[int, int], target: int
) -> Iterator[Plan]:
    for size in line(at, seen, target):
        yield plan.sized(dict.fromkeys(group, size))


def _in_order(group: list[str]) -> list[str]:
    return sorted(group, key=lambda n: 2 if sizes.WIDTH.match(n) else 1 if sizes.HEIGHT.match(n) else 0)


def _sides(area: int, count: int) -> list[tuple[int, ...]]:
    """Ways to split an area, the squarest first."""
    if count == 2:
        pairs = [(d, area // d) for d in range(1, math.isqrt(area) + 1) if area % d == 0][::-1]
        found = [p for a, b in pairs[:5] for p in ((a, b), (b, a))]
        return list(dict.fromkeys(found))
    if count == 3:
        found3: list[tuple[int, ...]] = []
        for d in range(1, 129):
            if area % d == 0:
                side = math.isqrt(area // d)
                if side * side == area // d:
                    found3.append((d, side, side))
        return sorted(found3, key=lambda s: abs(s[0] - s[1]))[:5]
    return [(area,)]


def _shapes(result: Probe, reached: Probe) -> list[tuple[int, ...]] | None:
    """The operands' shapes where the run stopped at the same call as before, those of flattened maps as they were."""
    stop, first = result.stop, reached.stop
    if stop is None or first is None or stop.func is not first.func or stop.place != first.place:
        return None
    return unflattened(Call(stop))


def unflattened(call: Call) -> list[tuple[int, ...]]:
    """The shapes of a call's operands, before they were flattened."""
    found: list[tuple[int, ...]] = []
    for tensor, shape in zip(call.operands, call.shapes, strict=True):
        info = info_of(tensor)
        node = info.node if info is not None else None
        if len(shape) <= 2 and node is not None:
            for _ in range(6):
                if node.op not in _MAKES_FLAT or not node.parents:
                    break
                node = node.parents[0]
                if len(node.shape) > 2 and math.prod(node.shape) == math.prod(shape):
                    shape = tuple(int(s) for s in node.shape)
                    break
        found.append(shape)
    return found


__all__ = ["line", "proposals", "unflattened"]
