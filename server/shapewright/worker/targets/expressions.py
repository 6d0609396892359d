"""Dimensions as expressions of the free sizes: the target runs again on other sizes, and what holds on all of them is
said. `48` of an `H` of 96 becomes `H/2`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from shapewright import wire
from shapewright.worker.state import OutOfTime, Sighted, State
from shapewright.worker.targets.fits import linear
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.search import Search

SLOWEST = 0.15
"""Seconds that a run may take to be repeated on other sizes: diagnostics wait for it."""
STEPS = ((1, 2, 3, 5), (3, 5, 8, 2), (2, 7, 1, 4))
"""How far the first, second, ... name goes in each run; no two names go in step."""
Shape = tuple[int, ...]
Env = dict[str, int]
Place = tuple[str, tuple[int, int, int, int], Shape]


def expressions(state: State, search: Search, plan: Plan) -> dict[Place, tuple[str, ...]]:
    """The dimensions of each value at a place, where other runs of the same plan confirm them."""
    names = plan.symbols()
    if not names or len(names) > len(STEPS[0]):
        return {}
    started = time.process_time()
    try:
        runs = [run for run in [_run(state, search, plan, {})] if run is not None]
        if not runs or time.process_time() - started > SLOWEST:
            return {}
        free = _movable(search, plan, names)
        for steps in STEPS:
            found = _run(state, search, plan, _moved(free, steps))
            if found is not None:
                runs.append(found)
    except OutOfTime:
        return {}
    if len(runs) < 3:
        return {}
    return _fitted(runs, list(free.values()), {s: n for s, n in names.items() if s not in free})


def applied(values: Iterable[wire.ValueFact], known: dict[Place, tuple[str, ...]]) -> list[wire.ValueFact]:
    """The facts with the expressions of their places."""
    return [_applied(fact, known) for fact in values]


def _applied(fact: wire.ValueFact, known: dict[Place, tuple[str, ...]]) -> wire.ValueFact:
    tensor, span = fact.value.tensor, fact.span
    if tensor is None or tensor.shape is None or None in tensor.shape:
        return fact
    where = (span.line, span.column, span.end_line, span.end_column)
    shape = tuple(size for size in tensor.shape if size is not None)
    symbols = known.get((span.path, where, shape))
    return (
        fact if symbols is None else replace(fact, value=replace(fact.value, tensor=replace(tensor, symbols=symbols)))
    )


def _movable(search: Search, plan: Plan, names: dict[int, str]) -> dict[int, str]:
    """The names whose size may be another."""
    if search.attempt(plan.sized(_moved(names, STEPS[0]))).passed:
        return names
    return {s: n for s, n in names.items() if search.attempt(plan.sized(_moved({s: n}, STEPS[0]))).passed}


def _moved(names: dict[int, str], steps: Sequence[int]) -> Env:
    """Other sizes; those of pictures stay multiples of 32, which strides divide."""
    return {
        name: size + step * (32 if size % 32 == 0 else 1)
        for (size, name), step in zip(names.items(), steps, strict=False)
    }


def _run(state: State, search: Search, plan: Plan, sizes: Env) -> tuple[Env, Sighted] | None:
    moved = plan.sized(sizes)
    state.sighted = {}
    try:
        search.known.pop(moved.key(), None)
        passed = search.attempt(moved).passed
        return (dict(moved.binding.free), state.sighted) if passed else None
    finally:
        state.sighted = None


def _fitted(runs: list[tuple[Env, Sighted]], names: list[str], others: dict[int, str]) -> dict[Place, tuple[str, ...]]:
    found: dict[Place, set[tuple[str, ...]]] = {}
    envs = [env for env, _ in runs]
    for (path, where), first in runs[0][1].items():
        seen = [sighted.get((path, where), []) for _, sighted in runs]
        for index, shape in enumerate(first):
            shapes = [s[index] for s in seen] if all(len(s) == len(first) for s in seen) else []
            symbols: tuple[str, ...] = ()
            if shapes and all(len(s) == len(shape) for s in shapes):
                columns = list(zip(*shapes, strict=True))
                symbols = tuple(linear(c, envs, names) or others.get(c[0], str(c[0])) for c in columns)
            found.setdefault((path, where, shape), set()).add(symbols)
    return {place: texts.pop() for place, texts in found.items() if len(texts) == 1 and () not in texts}
