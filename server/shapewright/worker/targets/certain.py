"""Is a failure certain: does the call fail for every size that is free, and for everything else that was only guessed?

Shown by experiment. The run is repeated with other sizes, ranks, values and constructor arguments. The numbers in the
failing call that change are variables, the others constants; the failure is certain where the call passes for no value
of the variables, and no run gets past it.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from torch import nn

from shapewright.worker.info import is_soft
from shapewright.worker.oracle import cause_of
from shapewright.worker.probing import Probe, Stop, Watch
from shapewright.worker.targets import sizes
from shapewright.worker.targets.apart import Pair, is_apart, multiples, stays_apart
from shapewright.worker.targets.dtypes import is_cast
from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.search import Search
from shapewright.worker.targets.structural import is_structural, module_fails
from shapewright.worker.targets.unsatisfiable import Variables, never_passes
from shapewright.worker.targets.variations import Sample, retypings, sized, unusual, variations

SAMPLES = 2
"""Runs with other sizes that must have failed alike."""
_CONTRADICTING = re.compile(
    r"linear|bilinear|conv(_transpose)?[123]d|(batch|layer|group)_norm|(__r?)?matmul(__)?|bmm|mm|addmm|cat|concat"
    r"|(__[ir]?)?(add|sub|mul|truediv|div)(_|__)?"
)
"""Operations that need two sizes to agree. What others refuse (a view, a map too small) depends on the input."""
_JOINING = re.compile(r"(__[ir]?)?(add|sub|mul|truediv|div)(_|__)?")
_EXACT = re.compile(r"linear|bilinear|conv(_transpose)?[123]d|(batch|layer|group|instance)_norm")
"""Operations that do not broadcast: a size of 1 is as wrong as any other."""
VIEWS = 4
"""Different numbers of elements that must have been refused in the same ratio."""
Runs = Iterable[tuple[Plan, Probe]]


def is_certain(search: Search, plan: Plan, reached: Probe, others: Runs, settings: Runs) -> bool:
    """Whether the failure that `reached` ended with is a mistake for all inputs.

    `others` are runs on instances made with other arguments in the place of guessed ones, `settings` in the place of
    defaults.
    """
    stop, watch = reached.stop, reached.watch
    if stop is None or watch is None or stop.place is None:
        return False
    if isinstance(stop.error, AssertionError) and not isinstance(stop.func, nn.Module):
        return False
    if re.search("NoneType|ndarray", str(stop.error)):
        return False  # an argument that was left out, or an array: an input of another kind, which nobody gave
    if any(is_soft(t) for t in stop.tensors if "Uninit" not in type(t).__name__):
        return False
    if is_cast(search, plan, reached):
        return True
    dtypes = {plan.at(path).dtype for path in plan.tensors()}
    if None in dtypes and any(dtype and dtype.startswith("complex") for dtype in dtypes):
        return False  # the others are complex too, which nobody has to write
    listed = [r for r in _roots(stop, watch) if plan.inputs[r[0]].kind == "list"]
    if len({(r[0], r[1:]) for r in listed}) > len({r[0] for r in listed}):
        return False  # the items of a list, each of a shape with the same names, may be of several sizes
    written = _is_written(plan, stop, watch)
    if stop.func is None and not written and not is_structural(search, plan, reached):
        return False
    if stop.func is not None and not written and not _is_behind_layers(stop, watch):
        return False
    single = len(_roots(stop, watch)) == 1
    samples = [Sample(stop, sized(plan))]
    retyped = list(retypings(plan))
    for number, variation in enumerate(itertools.chain(retyped, variations(plan))):
        if search.spent and (len(samples) > SAMPLES or search.overdrawn):
            if number < len(retyped):
                return False  # a dtype that nobody stated may pass
            break
        result = search.attempt(variation)
        if result.watch is not None and result.watch.vague:
            continue
        if result.passed or (result.reach > reached.reach and not _is_same_layer(result, reached)):
            return False
        if _is_same(result.stop, stop) and (result.progress == reached.progress or _is_same_layer(result, reached)):
            assert result.stop is not None
            samples.append(Sample(result.stop, sized(variation)))
    for variation in unusual(plan, samples):
        result = search.attempt(variation)
        further = result.progress > reached.progress and not _is_same_layer(result, reached)
        if result.passed or further or search.overdrawn:
            return False
        if _is_same(result.stop, stop) and (result.progress == reached.progress or _is_same_layer(result, reached)):
            assert result.stop is not None
            samples.append(Sample(result.stop, sized(variation)))
    if len(samples) <= SAMPLES:
        return False
    if stop.func is not None and not _fails_always(samples, written, single):
        return False
    if not _holds(others, stop, reached, samples):
        return False
    if stop.func is None:
        return len({_without_numbers(str(s.stop.error)) for s in samples}) == 1
    if not _fails_always(samples, written, single):
        return False
    return written or _holds(settings, stop, reached, [])


def _holds(runs: Runs, stop: Stop, reached: Probe, samples: list[Sample]) -> bool:
    """Whether instances made otherwise fail alike, one of them at least; what they do is added to the samples.

    Arguments that do not go together say nothing: with them it did not come as far.
    """
    made, alike = 0, 0
    for plan, result in runs:
        made += 1
        if not _is_same(result.stop, stop) or result.progress != reached.progress:
            if result.passed or result.progress >= reached.progress:
                return False
            continue
        assert result.stop is not None
        alike += 1
        samples.append(Sample(result.stop, sized(plan)))
    return bool(alike) or not made


def _is_same(other: Stop | None, stop: Stop) -> bool:
    if other is None or other.place != stop.place or type(other.error) is not type(stop.error):
        return False
    if isinstance(stop.func, nn.Module):
        return type(other.func) is type(stop.func)
    return other.func is stop.func


def _is_same_layer(result: Probe, reached: Probe) -> bool:
    """Whether a run came by another way to the same layer, which refused its first input there as well."""
    stop, other, watch = reached.stop, result.stop, result.watch
    if stop is None or watch is None or not _is_same(other, stop):
        return False
    weights = [[id(t) for t in s.tensors if isinstance(t, nn.Parameter)] for s in (stop, other) if s is not None]
    if not weights[0] or weights[0] != weights[1]:
        return False
    return not any(func is stop.func and weight == weights[0][0] for func, _, weight in watch.seen)


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _roots(stop: Stop, watch: Watch) -> set[Any]:
    return {root for t in stop.tensors for root in watch.roots.get(id(t), ())}


def _is_written(plan: Plan, stop: Stop, watch: Watch) -> bool:
    """Whether only arguments with written shapes take part."""
    if stop.func is None:
        return bool(plan.fixed) and plan.fixed >= set(plan.inputs)
    roots = _roots(stop, watch)
    return bool(roots) and all(root[0] in plan.fixed for root in roots)


def _is_behind_layers(stop: Stop, watch: Watch) -> bool:
    """Whether layers have taken every argument that is involved, and what failed is their output, not the argument.

    Between two layers a further argument, such as a mask, may have joined on the way: the sizes are still a layer's.
    """
    operands = [t for t in stop.tensors if watch.roots.get(id(t))]
    if not operands or not all(id(t) in watch.layered for t in operands):
        return False
    taken = [root in watch.fed for root in _roots(stop, watch)]
    return any(taken) if _EXACT.fullmatch(getattr(stop.func, "__name__", "")) else all(taken)


# ---------------------------------------------------------------------------------------------- constants and variables


def _fails_always(samples: list[Sample], written: bool, single: bool) -> bool:
    """Whether the call fails whatever values its variables have. `single`: they all follow from one argument."""
    calls = [(Call(s.stop), s) for s in samples]
    first = calls[0][0]
    alike = [(c, s) for c, s in calls if [len(x) for x in c.shapes] == [len(x) for x in first.shapes]]
    if len(alike) <= SAMPLES:
        return False
    numbers = [c.numbers() for c, _ in alike]
    if len({len(n) for n in numbers}) > 1:
        return False
    kinds = {tuple(c.dtypes) for c, _ in alike}
    for call, _ in alike:
        call.kinds = kinds  # a dtype that nobody stated may be any that came as far
    if not first.testable:
        return module_fails(first, [c for c, _ in alike])
    variables: Variables = {}
    constants = {n[0] for n in zip(*numbers, strict=True) if len(set(n)) == 1}
    for position, shape in enumerate(first.shapes):
        for axis, size in enumerate(shape):
            values = tuple(c.shapes[position][axis] for c, _ in alike)
            if len(set(values)) > 1:
                variables.setdefault(values, []).append((position, axis))
            else:
                constants.add(size)
    if _never_fills([c for c, _ in alike]):
        return True
    if any(len(set(n)) > 1 and tuple(n) not in variables for n in zip(*numbers, strict=True)):
        return False  # a number that follows from the sizes in a way that cannot be tried
    if first.accepts():
        # Only dtypes, ranks or values are at fault: that says something only where the inputs were given.
        return written and cause_of(first.stop.func, first.stop.given, first.stop.named) != "value"
    if written and not variables:
        return True
    if single and _JOINING.fullmatch(first.stop.func.__name__) and is_apart(variables):
        return True
    if not written and not _contradicts(first):
        return never_passes([c for c, _ in alike], variables)
    # The sample in which the fewest sizes are equal by chance is the one to try with, and the first is the likeliest.
    best = max(range(len(alike)), key=lambda i: len({values[i] for values in variables} - constants))
    names = [s.sizes for _, s in alike] if written else []
    every = [s.sizes for _, s in alike]
    plausible, apart = functools.partial(is_plausible, sizes_of=every), multiples(variables, every)
    return not any(
        _passes_once(alike[sample][0], variables, constants, names, sample, written, single, plausible, apart)
        for sample in dict.fromkeys((best, 0))
    )


def _passes_once(
    call: Call, variables: Variables, constants: set[int], names: list[dict[str, int]], sample: int,
    written: bool, single: bool, plausible: Callable[[tuple[int, ...], int, int], bool], apart: list[Pair],
) -> bool:  # fmt: skip
    """Whether the call passes once one of its variables, or all of them, have another size. Those that are `apart`
    never have the same one."""
    targets = sorted(constants | set(call.products()))
    # A size of 1 goes with every other where operands are broadcast.
    least = 1 if _EXACT.fullmatch(getattr(call.stop.func, "__name__", "")) else 2
    for values, places in variables.items():
        for target in targets:
            if target < least or target == values[sample] or not plausible(values, target, sample):
                continue
            if _passes(call, {values: places}, target, sample):
                return True
        for others in variables:
            if (
                others != values
                and not {(values, others), (others, values)} & set(apart)
                and _passes(call, {values: places}, others[sample], sample)
                and not ((written or single) and stays_apart(values, others, names))
            ):
                return True
    if len(variables) < 2 or written:
        return False
    together = {v: places for v, places in variables.items() if v not in {less for _, less in apart}}
    return any(
        target > 1 and all(plausible(v, target, sample) for v in together) and _passes(call, together, target, sample)
        for target in (*targets, 64)
    )


def is_plausible(values: tuple[int, ...], target: int, sample: int, sizes_of: list[dict[str, int]]) -> bool:
    """Whether a size that follows from a height or a width can be `target`: no picture is some thousand pixels wide."""
    common = set.intersection(*(set(s) for s in sizes_of))
    columns = {name: tuple(s[name] for s in sizes_of) for name in common}
    moving = {name: column for name, column in columns.items() if _follows(values, column)}
    spatial = [c for n, c in moving.items() if any(p.match(n) for p in (sizes.HEIGHT, sizes.WIDTH, sizes.DEPTH))]
    if len(spatial) != len(moving) or not spatial:
        return True
    return any(column[sample] * target <= sizes.WIDEST * max(values[sample], 1) for column in spatial)


def _follows(values: tuple[int, ...], column: tuple[int, ...]) -> bool:
    """Whether values change with a column, and only with it."""
    return len(set(column)) > 1 and len(set(zip(values, column, strict=True))) <= len(set(column))


def _never_fills(calls: list[Call]) -> bool:
    """Whether a view onto written sizes always asks for the same multiple, or part, of the elements that there are."""
    if getattr(calls[0].stop.func, "__name__", "") not in {"view", "reshape"} or len(calls[0].shapes) != 1:
        return False
    if len(calls) < VIEWS or any(min(c.numbers(), default=0) < 1 for c in calls):
        return False
    asked = [math.prod(c.numbers()) for c in calls]
    there = [math.prod(c.shapes[0]) for c in calls]
    ratios = {Fraction(a, b) for a, b in zip(asked, there, strict=True)}
    return len(set(there)) >= VIEWS and len(ratios) == 1 and 1 not in ratios


def _contradicts(call: Call) -> bool:
    """Whether the call would pass if one size of its operand, not 1, were another that stands in the call."""
    if not _CONTRADICTING.fullmatch(getattr(call.stop.func, "__name__", "")) or call.accepts():
        return False
    least = 1 if _EXACT.fullmatch(call.stop.func.__name__) else 2
    own = {s for i in call.moving for s in call.shapes[i] if s >= least}
    every = {s for shape in call.shapes for s in shape if s > 1} | set(call.products())
    return any(call.accepts(swap={a: b}) for a in own for b in every if a != b) or _is_joining(call)


def _is_joining(call: Call) -> bool:
    """Two computed operands: each size is tried in one of them at a time."""
    for position in call.moving:
        shape = call.shapes[position]
        for axis, size in enumerate(shape):
            for other in {s for i in call.moving if i != position for s in call.shapes[i]} - {1, size}:
                if call.accepts({position: (*shape[:axis], other, *shape[axis + 1 :])}):
                    return True
    return False


def _passes(call: Call, variables: Variables, target: int, sample: int) -> bool:
    """Whether the call passes with the variables set to a size."""
    shapes: dict[int, tuple[int, ...]] = {}
    for places in variables.values():
        for position, axis in places:
            old = shapes.get(position, call.shapes[position])
            shapes[position] = (*old[:axis], target, *old[axis + 1 :])
    return call.accepts(shapes, None, {values[sample]: target for values in variables})
