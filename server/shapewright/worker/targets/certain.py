"""Is a failure certain: does the call fail for every size that is free, and for everything else that was only guessed?

Shown by experiment. The run is repeated with other sizes, ranks, values and constructor arguments. The numbers in the
failing call that change are variables, the others constants; the failure is certain where the call passes for no value
of the variables, and no run gets past it.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from shapewright import wire
from shapewright.worker.info import is_soft
from shapewright.worker.oracle import cause_of
from shapewright.worker.probing import Probe, Stop, Watch
from shapewright.worker.targets import sizes
from shapewright.worker.targets.dtypes import is_cast
from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.search import Search
from shapewright.worker.targets.structural import is_structural, module_fails
from shapewright.worker.targets.unsatisfiable import Variables, never_passes

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
Runs = Iterable[tuple[Plan, Probe]]
_LARGE = (131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193)
ENOUGH = 3
"""Different sizes of one name in the samples: what is the same in all of them does not follow from it."""
_UNUSUAL = (16, 49, 64, 196, 256)
_EVEN = (64, 128, 192, 320, 448, 576, 704)


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
        if result.passed or result.reach > reached.reach:
            return False
        if _is_same(result.stop, stop) and result.progress == reached.progress:
            assert result.stop is not None
            samples.append(Sample(result.stop, sized(variation)))
    for variation in unusual(plan, samples):
        result = search.attempt(variation)
        if result.passed or result.progress > reached.progress or search.overdrawn:
            return False
        if _is_same(result.stop, stop) and result.progress == reached.progress:
            assert result.stop is not None
            samples.append(Sample(result.stop, sized(variation)))
    if len(samples) <= SAMPLES:
        return False
    if stop.func is not None and not _fails_always(samples, written, single):
        return False
    made, alike = 0, 0
    for other, result in others:
        made += 1
        if not _is_same(result.stop, stop) or result.progress != reached.progress:
            if result.passed or result.progress >= reached.progress:
                return False
            continue  # arguments that do not go together: it did not come as far
        assert result.stop is not None
        alike += 1
        samples.append(Sample(result.stop, sized(other)))
    if made and not alike:
        return False
    if stop.func is None:
        return len({_without_numbers(str(s.stop.error)) for s in samples}) == 1
    if not _fails_always(samples, written, single):
        return False
    return written or all(_is_same(r.stop, stop) for _, r in settings)


def sized(plan: Plan) -> dict[str, int]:
    """The sizes of all names of a plan, those of the constructor's arguments among them."""
    return {**plan.settings, **plan.binding.bound, **plan.binding.free}


def _is_same(other: Stop | None, stop: Stop) -> bool:
    if other is None or other.place != stop.place or type(other.error) is not type(stop.error):
        return False
    if isinstance(stop.func, nn.Module):
        return type(other.func) is type(stop.func)
    return other.func is stop.func


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
    """Whether layers have taken every argument that is involved, and what failed is their output, not the argument."""
    operands = [t for t in stop.tensors if watch.roots.get(id(t))]
    if not operands or not all(id(t) in watch.layered for t in operands):
        return False
    return all(root in watch.fed for root in _roots(stop, watch))


# ------------------------------------------------------------------------------------------------------ variations


def retypings(plan: Plan) -> Iterator[Plan]:
    """The plan with other dtypes where nobody stated one."""
    untyped = [path for path in plan.tensors() if plan.at(path).dtype is None]
    for dtype in ("int64", "bool") if untyped else ():
        for path in untyped:
            yield plan.retyped(path, dtype)
        yield functools.reduce(lambda every, path, to=dtype: every.retyped(path, to), untyped, plan)


def variations(plan: Plan) -> Iterator[Plan]:
    """The plan with other sizes, shapes of what was only guessed, and values."""
    used = sizes.symbols_in(plan.inputs.values())
    names = [n for n in plan.binding.free if n in used or n.startswith("dim")]
    for start in (_LARGE, _EVEN):
        yield plan.sized(_others(names, start))
    for name in names:
        for value in (_other(name, 1), _other(name, 0)):
            if plan.binding.free[name] != value:
                yield plan.sized({name: value})
    for path in plan.tensors():
        spec, shape = plan.at(path), plan.shape_at(path)
        if not plan.is_open(path):
            continue
        for axis, dim in enumerate(shape):
            if dim.kind == "int":
                new = (*shape[:axis], replace(dim, value=(dim.value or 1) + 7), *shape[axis + 1 :])
                yield plan.changed(path, replace(spec, alternatives=(new,)))
        for rank in range(1, 6):
            if rank != len(shape):
                yield plan.shaped(path, *("B", "T", "D", "H", "W")[:rank], dtype=spec.dtype)
        longer = wire.Dim("sym", "T")
        for new in ((*shape[:1], longer, *shape[1:]), (*shape, longer), (*shape[:1], *shape[2:]), shape[1:]):
            yield plan.changed(path, replace(spec, alternatives=(new,)))
    for name, spec in plan.inputs.items():
        for choice in range(len(spec.alternatives)):
            if choice != plan.choice.get(name, 0):
                other = plan.copy()
                other.choice[name] = choice
                yield other
                yield from (other.sized({size: 1}) for size in names)  # `(N, C, H, W)` and `(N, 1, H, W)` may be one
        if name not in plan.fixed and spec.kind == "value":
            for literal in ("0", "1", "3", "5", "True", "False", "None", "1.0", "'train'"):
                if literal != spec.literal:
                    yield plan.changed((name,), replace(spec, literal=literal))


def unusual(plan: Plan, samples: list[Sample]) -> Iterator[Plan]:
    """The plan with further sizes of each name that has hardly changed in the samples, until it has: squares,
    multiples and parts. A name that no other size fits is a constant: a layer asks for it."""
    used = sizes.symbols_in(plan.inputs.values())
    for name in [n for n in plan.binding.free if n in used]:
        size = plan.binding.free[name]
        for value in (*_UNUSUAL, 2 * size, 4 * size, size // 2, 3 * size, size + 1, size - 1):
            if len({s.sizes.get(name) for s in samples}) > ENOUGH:
                break
            if value != size and value > 1:
                yield plan.sized({name: value})


def _other(name: str, kind: int) -> int:
    if any(p.match(name) for p in (sizes.HEIGHT, sizes.WIDTH, sizes.DEPTH)):
        return (128, 224)[kind]
    return (192, 179)[kind]


def _others(names: list[str], values: tuple[int, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    spatial = itertools.cycle((128, 256) if values is _EVEN else (64, 192))
    fresh = itertools.cycle(values)
    for name in names:
        is_spatial = any(p.match(name) for p in (sizes.HEIGHT, sizes.WIDTH, sizes.DEPTH))
        found[name] = next(spatial) if is_spatial else next(fresh)
    return found


# ---------------------------------------------------------------------------------------------- constants and variables


@dataclass(frozen=True)
class Sample:
    """A run that failed like the others, and the sizes of all names in it."""

    stop: Stop
    sizes: dict[str, int]


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
    if any(len(set(n)) > 1 and tuple(n) not in variables for n in zip(*numbers, strict=True)):
        return False  # a number that follows from the sizes in a way that cannot be tried
    if first.accepts():
        # Only dtypes, ranks or values are at fault: that says something only where the inputs were given.
        return written and cause_of(first.stop.func, first.stop.given, first.stop.named) != "value"
    if written and not variables:
        return True
    if single and _JOINING.fullmatch(first.stop.func.__name__) and _is_apart(variables):
        return True
    if not written and not _contradicts(first):
        return never_passes([c for c, _ in alike], variables)
    # The sample in which the fewest sizes are equal by chance is the one to try with, and the first is the likeliest.
    best = max(range(len(alike)), key=lambda i: len({values[i] for values in variables} - constants))
    names = [s.sizes for _, s in alike] if written else []
    return not any(
        _passes_once(alike[sample][0], variables, constants, names, sample, written, single)
        for sample in dict.fromkeys((best, 0))
    )


def _passes_once(
    call: Call, variables: Variables, constants: set[int], names: list[dict[str, int]], sample: int,
    written: bool, single: bool,
) -> bool:  # fmt: skip
    """Whether the call passes once one of its variables, or all of them, have another size."""
    targets = sorted(constants | set(call.products()))
    # A size of 1 goes with every other where operands are broadcast.
    least = 1 if _EXACT.fullmatch(getattr(call.stop.func, "__name__", "")) else 2
    for values, places in variables.items():
        for target in targets:
            if target >= least and target != values[sample] and _passes(call, {values: places}, target, sample):
                return True
        for others in variables:
            if (
                others != values
                and _passes(call, {values: places}, others[sample], sample)
                and not ((written or single) and stays_apart(values, others, names))
            ):
                return True
    every = len(variables) > 1 and not written
    return every and any(_passes(call, variables, target, sample) for target in (*targets, 64) if target > 1)


def _is_apart(variables: Variables) -> bool:
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
