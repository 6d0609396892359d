"""Runs that Python itself stopped: an unpacking, a missing attribute, a key. What that says of the arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from shapewright import wire
from shapewright.worker.probing import Probe
from shapewright.worker.sites import inside
from shapewright.worker.targets import guess, sizes
from shapewright.worker.targets.plans import OBJECT, Path, Plan

if TYPE_CHECKING:
    from shapewright.worker.targets.search import Search

_RANKS: dict[int, tuple[str, ...]] = {
    0: (), 1: ("B",), 2: ("B", "D"), 3: ("B", "T", "D"), 4: ("B", "C", "H", "W"), 5: ("B", "T", "C", "H", "W"),
}  # fmt: skip


def proposals(search: Search, plan: Plan, reached: Probe) -> Iterator[Plan]:
    """Other plans after an exception of Python's."""
    assert reached.stop is not None
    error = reached.stop.error
    text = str(error)
    if isinstance(error, ValueError) and "unpack" in text:
        yield from _unpacked(plan, text)
    elif isinstance(error, AttributeError):
        yield from _attribute(plan, reached, error)
    elif isinstance(error, KeyError):
        yield from _key(plan, error)
    elif isinstance(error, IndexError):
        yield from _index(plan, text)
    elif isinstance(error, TypeError):
        yield from _type(plan, text)
    if isinstance(error, TypeError) and "required" in text:
        yield from search.needed(plan, text)
    if "NoneType" in text:
        yield from search.fuller(plan)
    if isinstance(error, AssertionError):
        yield from _asserted(search, plan, reached)


def _asserted(search: Search, plan: Plan, reached: Probe) -> Iterator[Plan]:
    """An assertion about a shape: the shapes and numbers that its expression held are tried in its place."""
    stop, watch = reached.stop, reached.watch
    if stop is None or stop.place is None or watch is None:
        return
    path, where = stop.place
    table, last = search.state.places.files.get(path), search.state.last.get(path, [])
    if table is None or where is None:
        return
    held = [v for site, v in zip(table.sites, last, strict=False) if v is not None and inside(site.where, where)]
    shapes = [
        tuple(int(s) for s in v) for v in held if isinstance(v, tuple) and v and all(isinstance(s, int) for s in v)
    ]
    whole = [v for v in held if type(v) is int and v > 1]
    names = {size: name for name, size in plan.binding.free.items() if size > 8}
    for shape in dict.fromkeys(shapes):
        for tensor in _open(plan):
            if tensor not in watch.fed:
                yield plan.shaped(tensor, *(names.get(s, s) for s in shape), dtype=plan.at(tensor).dtype)
    for source in dict.fromkeys(whole):
        for target in dict.fromkeys(whole):
            for name in [n for n, size in plan.binding.free.items() if size == source != target]:
                yield plan.sized({name: target})
                if sizes.HEIGHT.match(name) or sizes.WIDTH.match(name):
                    sides = [n for n in plan.binding.free if sizes.HEIGHT.match(n) or sizes.WIDTH.match(n)]
                    yield plan.sized(dict.fromkeys(sides, target))


def _open(plan: Plan) -> list[Path]:
    return [path for path in plan.tensors() if plan.is_open(path)]


def ranked(plan: Plan, path: Path, rank: int) -> Iterator[Plan]:
    """The tensor at a path with another number of dimensions, the last one kept where it is a number."""
    shape = plan.shape_at(path)
    names: list[int | str] = list(_RANKS[rank])
    numbers = [d.value for d in shape if d.kind == "int" and d.value is not None]
    if numbers and rank == 4:
        yield plan.shaped(path, "B", "H", "W", numbers[-1], dtype=plan.at(path).dtype)
    if numbers and rank >= 2:
        last = [*names]
        last[1 if rank == 4 else -1] = numbers[-1]
        yield plan.shaped(path, *last, dtype=plan.at(path).dtype)
        if rank == 3:
            yield plan.shaped(path, "B", numbers[-1], "T", dtype=plan.at(path).dtype)
    yield plan.shaped(path, *names, dtype=plan.at(path).dtype)


def _unpacked(plan: Plan, text: str) -> Iterator[Plan]:
    wanted = re.search(r"expected (?:at least )?(\d+)", text)
    got = re.search(r"got (\d+)", text)
    if wanted is None:
        return
    count = int(wanted.group(1))
    fitting = [p for p in _open(plan) if got is None or len(plan.shape_at(p)) == int(got.group(1))]
    for path in fitting or _open(plan):
        if count < 6:
            yield from ranked(plan, path, count)
    for path in _open(plan):
        spec = plan.at(path)
        one = replace(spec, name="", alternatives=spec.alternatives[:1])
        yield plan.changed(path, wire.Declared(spec.name, "tuple", items=(one,) * count, source="layers"))


def _attribute(plan: Plan, reached: Probe, error: AttributeError) -> Iterator[Plan]:
    watch = reached.watch
    name = str(error.name or "")
    if watch is None or not name:
        return
    path = watch.paths.get(id(error.obj))
    if path is not None and plan.is_open(path):
        spec = plan.at(path)
        if name in {"keys", "items", "values", "get"}:
            return
        if name in {"append", "extend", "pop", "insert"}:
            one = replace(spec, name="")
            yield plan.changed(path, wire.Declared(spec.name, "list", items=(one, one), source="layers"))
            return
        yield plan.changed(path, guess.record(spec.name, [name], None))
    for argument, spec in plan.inputs.items():
        if argument not in plan.fixed and spec.kind == "dict" and spec.literal == OBJECT and name not in spec.keys:
            more = guess.record("", [name], None).items
            yield plan.changed((argument,), replace(spec, items=(*spec.items, *more), keys=(*spec.keys, name)))


def _key(plan: Plan, error: KeyError) -> Iterator[Plan]:
    key = error.args[0] if error.args else None
    if type(key) is int and key < 6:  # a table of ranks, as the layers of einops have
        for path in _open(plan):
            for rank in (4, 5, 3, 2):
                if rank != len(plan.shape_at(path)):
                    yield from ranked(plan, path, rank)
    for argument, spec in plan.inputs.items():
        if argument not in plan.fixed and spec.kind == "dict" and isinstance(key, str) and key not in spec.keys:
            more = guess.record("", [key], None).items
            yield plan.changed((argument,), replace(spec, items=(*spec.items, *more), keys=(*spec.keys, key)))


def _index(plan: Plan, text: str) -> Iterator[Plan]:
    if "list index" in text:
        longer = plan
        for argument, spec in plan.inputs.items():
            if spec.kind == "list" and 0 < len(spec.items) < 8:
                longer = longer.changed((argument,), replace(spec, items=(*spec.items, spec.items[-1])))
        if longer is not plan:
            yield longer
    if "list index" in text or "tuple index" in text:
        for argument, spec in plan.inputs.items():
            open_ = spec.kind == "list" or (spec.kind == "tuple" and argument not in plan.fixed)
            if open_ and 0 < len(spec.items) < 8:
                yield plan.changed((argument,), replace(spec, items=(*spec.items, spec.items[-1])))
    if "tuple index" in text or "Dimension" in text:
        for path in _open(plan):
            for rank in range(len(plan.shape_at(path)) + 1, 6):
                yield from ranked(plan, path, rank)


def _type(plan: Plan, text: str) -> Iterator[Plan]:
    """A tensor where a number, a text or a function is wanted."""
    for path in _open(plan):
        name = str(path[-1])
        if "callable" in text or "iterable" in text or "string" in text or "str" in text:
            continue
        if sizes.BATCH.match(name):
            yield plan.changed(path, guess.literal(name, "23"))
        yield plan.changed(path, guess.literal(name, "2"))


__all__ = ["proposals", "ranked"]
