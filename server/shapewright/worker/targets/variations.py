"""The same run on other sizes, shapes, dtypes and values: what is not the same in all of them is a variable."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shapewright import wire
from shapewright.worker.probing import Stop
from shapewright.worker.targets import sizes
from shapewright.worker.targets.plans import Plan

_LARGE = (131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193)
ENOUGH = 3
"""Different sizes of one name in the samples: what is the same in all of them does not follow from it."""
_UNUSUAL = (16, 49, 64, 196, 256)
_EVEN = (64, 128, 192, 320, 448, 576, 704)


@dataclass(frozen=True)
class Sample:
    """A run that failed like the others, and the sizes of all names in it."""

    stop: Stop
    sizes: dict[str, int]


def sized(plan: Plan) -> dict[str, int]:
    """The sizes of all names of a plan, those of the constructor's arguments among them."""
    return {**plan.settings, **plan.binding.bound, **plan.binding.free}


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
