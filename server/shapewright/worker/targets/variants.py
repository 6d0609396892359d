"""The same class made with other arguments: a failure that goes away with them is a matter of settings, no mistake."""

from __future__ import annotations

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
    others = [n for n, v in made.guessed.items() if n not in widths and type(v) in (int, bool, str)]
    for name in others:
        value = made.guessed[name]
        options = [not value] if isinstance(value, bool) else [1, 2, value + 1] if isinstance(value, int) else []
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


def settings(
    target: wire.Target, cls: type, callee: Callee, state: State, sources: Sources
) -> Iterator[tuple[Plan, Probe]]:
    """A run with other values for the widths that the constructor has as defaults."""
    made = callee.made
    if made is None or made.remade is None:
        return
    widths = [n for n, v in made.arguments.items() if n not in made.guessed and type(v) is int and byname.is_width(n)]
    if len(widths) > 1:
        yield _run(target, cls, callee, dict(zip(widths, _WIDTHS, strict=False)), state, sources)


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
    target: wire.Target, cls: type, callee: Callee, change: dict[str, Any], state: State, sources: Sources
) -> tuple[Plan, Probe]:
    assert callee.made is not None and callee.made.remade is not None
    state.quiet += 1
    try:
        instance = callee.made.remade(change)
    except (Stop, Exception):
        return Plan([], [], {}, sizes.Binding()), Probe(False, -1)
    finally:
        state.quiet -= 1
    made = replace(callee.made, instance=instance, arguments={**callee.made.arguments, **change})
    other = of_instance(target.name, cls, made)
    plan = first_plan(other, {d.name: d for d in target.inputs}, target.pinned, sources)
    return Search(state, other.call, other.holder, SECONDS).best(plan, proposals)
