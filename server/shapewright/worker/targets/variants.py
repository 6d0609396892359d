"""The same class made with other arguments: a failure that goes away with them is a matter of settings, no mistake."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shapewright import wire
from shapewright.worker.probing import Probe, Stop
from shapewright.worker.state import State
from shapewright.worker.targets import byname, sizes
from shapewright.worker.targets.callee import Callee, first_plan, of_instance
from shapewright.worker.targets.construct import Made, parameters_of
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.proposals import proposals
from shapewright.worker.targets.search import Search
from shapewright.worker.targets.usage import Sources

SECONDS = 0.3
REFITTING = 1.0
"""Seconds for finding widths that go together."""
_WIDTHS = (48, 112, 176, 272, 208, 304, 368, 464)
PASSED = Plan([], [], {}, sizes.Binding()), Probe(True, 0)
"""Stands for a run that cannot be made: nothing is certain then."""


def guessed(
    target: wire.Target, cls: type, callee: Callee, state: State, sources: Sources
) -> Iterator[tuple[Plan, Probe]]:
    """Runs with other values for the constructor arguments that nobody wrote.

    All different, all alike, and each switch the other way.
    """
    made = callee.made
    if made is None or not made.guessed:
        return
    if made.remade is None:
        yield PASSED
        return
    widths = [n for n, v in made.guessed.items() if type(v) is int and byname.is_width(n)]
    changes: list[dict[str, Any]] = [dict(zip(widths, _WIDTHS, strict=False))] if widths else []
    if len(widths) > 1 and not told_apart(target, cls, made):
        changes.append(dict.fromkeys(widths, 48))
    others = [n for n, v in made.guessed.items() if n not in widths and type(v) in (int, bool, float, str)]
    for name in others:
        value = made.guessed[name]
        options = [not value] if isinstance(value, bool) else [1, 2, value + 1] if isinstance(value, int) else []
        options += [0.0, 0.5] if isinstance(value, float) else []
        changes += [{name: option} for option in options if option != value]
    if len(widths) + len(others) < len(made.guessed):
        yield PASSED  # a list, a module, a configuration: other ones cannot be thought of
        return
    for change in changes:
        yield _run(target, cls, callee, change, state, sources)


def is_of_a_guess(callee: Callee, reached: Probe) -> bool:
    """Whether Python refused a value of the type that a constructor argument has which nobody wrote."""
    guessed = callee.made.guessed.values() if callee.made is not None else ()
    stop = reached.stop
    return (
        stop is not None
        and stop.func is None
        and any(f"'{type(value).__name__}'" in str(stop.error) for value in guessed)
    )


def refitted(
    target: wire.Target, cls: type, callee: Callee, reached: Probe, state: State, sources: Sources
) -> Iterator[tuple[Callee, Plan, Probe, Search]]:
    """Runs with the widths that nobody wrote as sizes of the call that failed: that of its input, or of its layer.

    A width that a declared shape names is no 1, which would broadcast, and not alike one that is meant to differ.
    """
    made, stop = callee.made, reached.stop
    if made is None or not made.guessed or made.remade is None or stop is None or stop.func is None:
        return
    widths = [n for n, v in made.guessed.items() if type(v) is int and byname.is_width(n)]
    wanted = dict.fromkeys([1, *(s for shape in stop.shapes for s in shape)])
    until = time.process_time() + REFITTING
    named = sizes.symbols_in([*target.inputs, *target.returns]) & set(widths)
    apart = {made.guessed[n] for n in named} if told_apart(target, cls, made) else set[int]()
    for name in widths:
        for size in wanted:
            if size == made.guessed[name] or size > 4096 or (name in named and size in {1, *apart}):
                continue
            if time.process_time() > until:
                return
            other = _other(target, cls, callee, {name: size}, state)
            if other is not None:
                search = Search(state, other.call, other.holder, SECONDS)
                plan = first_plan(other, {d.name: d for d in target.inputs}, target.pinned, sources)
                yield other, *search.best(plan, proposals), search


def settings(
    target: wire.Target, cls: type, callee: Callee, state: State, sources: Sources, plan: Plan
) -> Iterator[tuple[Plan, Probe]]:
    """Runs with other values for the widths that the constructor has as defaults: all different, and all alike."""
    made = callee.made
    if made is None or made.remade is None:
        return
    widths = [n for n, v in made.arguments.items() if n not in made.guessed and type(v) is int and byname.is_width(n)]
    if len(widths) > 1:
        free = plan.binding.free
        yield _run(target, cls, callee, dict(zip(widths, _WIDTHS, strict=False)), state, sources, free)
        yield _run(target, cls, callee, dict.fromkeys(widths, 48), state, sources, free)


def told_apart(target: wire.Target, cls: type, made: Made) -> bool:
    """Whether the declared shapes name several of the widths: then they are meant to differ."""
    named = sizes.symbols_in([*target.inputs, *target.returns])
    widths = [n for n, v in made.guessed.items() if type(v) is int and byname.is_width(n) and n in named]
    if len({made.guessed[n] for n in widths}) < 2:
        return False
    # A class with a switch, or with a layer that may be left out, may be meant for equal widths without it.
    defaults = [p.default for p in parameters_of(cls)]
    return not any(d is None or isinstance(d, bool) for d in defaults)


def _run(
    target: wire.Target, cls: type, callee: Callee, change: dict[str, Any], state: State, sources: Sources,
    free: dict[str, int] | None = None,
) -> tuple[Plan, Probe]:  # fmt: skip
    """A run of the class made otherwise, from the sizes in `free` where there are some."""
    other = _other(target, cls, callee, change, state)
    if other is None:
        return Plan([], [], {}, sizes.Binding()), Probe(False, -1)
    plan = first_plan(other, {d.name: d for d in target.inputs}, target.pinned, sources)
    known = {name: size for name, size in (free or {}).items() if name in plan.binding.free}
    plan = plan.sized(known) if known else plan
    return Search(state, other.call, other.holder, SECONDS).best(plan, proposals)


def _other(target: wire.Target, cls: type, callee: Callee, change: dict[str, Any], state: State) -> Callee | None:
    """The class made with other arguments; None where it cannot be."""
    made = callee.made
    assert made is not None
    assert made.remade is not None
    state.quiet += 1
    try:
        instance = made.remade(change)
    except (Stop, Exception):
        return None
    finally:
        state.quiet -= 1
    guessed = {n: change.get(n, v) for n, v in made.guessed.items()}
    arguments = {**made.arguments, **change}
    return of_instance(target.name, cls, replace(made, instance=instance, arguments=arguments, guessed=guessed))
