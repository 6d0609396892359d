"""Inputs for a callee: declared ones with free sizes filled in, and a search led by how far the run gets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

from shapewright import wire
from shapewright.worker import bind, priors
from shapewright.worker.info import no_dispatch
from shapewright.worker.probing import Probe, probe
from shapewright.worker.state import State

PROBES = 80
"""Probing runs for one callee."""
SQUARES = (
    28,
    32,
    64,
    224,
    96,
    128,
    227,
    256,
    299,
    16,
    48,
    84,
    105,
    112,
    160,
    192,
    384,
    512,
    8,
    4,
    14,
    20,
    24,
    36,
    40,
    50,
    56,
    60,
    80,
    100,
)


@dataclass
class Plan:
    """The inputs of a callee as declarations, and the sizes of the free names.

    `declared`: everything required has a written shape.
    """

    positional: list[str]
    keywords: list[str]
    inputs: dict[str, wire.Declared]
    binding: bind.Binding
    declared: bool
    choice: dict[str, int] = field(default_factory=dict)

    def values(self) -> tuple[list[Any], dict[str, Any]]:
        """Fresh arguments."""
        made = {n: bind.build(d, self.binding, self.choice.get(n, 0)) for n, d in self.inputs.items()}
        return [made[n] for n in self.positional], {n: made[n] for n in self.keywords}

    def shown(self) -> list[tuple[str, Any, wire.Declared]]:
        """Name, value and declaration of every input."""
        args, kwargs = self.values()
        return [(n, v, self.inputs[n]) for n, v in [*zip(self.positional, args, strict=True), *kwargs.items()]]

    def symbols(self) -> dict[int, str]:
        """Names of the free sizes that cannot be mistaken for another number."""
        sizes = list(self.binding.free.values()) + list(self.binding.bound.values())
        return {
            size: name
            for name, size in self.binding.free.items()
            if sizes.count(size) == 1 and size > 8 and not name.startswith("dim")
        }

    def copy(self) -> Plan:
        """An independent copy."""
        binding = bind.Binding(dict(self.binding.bound), dict(self.binding.free))
        return Plan(self.positional, self.keywords, dict(self.inputs), binding, self.declared, dict(self.choice))


def plan(
    parameters: tuple[inspect.Parameter, ...],
    declared: dict[str, wire.Declared],
    names: dict[str, int],
    holder: Any,
    strong: set[str],
) -> Plan | None:
    """What to call with, or None where nothing is known of a required argument."""
    positional: list[str] = []
    keywords: list[str] = []
    inputs: dict[str, wire.Declared] = {}
    all_declared = True
    skipped = False
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        given = declared.get(parameter.name)
        if parameter.default is not parameter.empty and not (
            given is not None and not given.optional and given.source in {"directive", "call"}
        ):
            skipped = True
            continue
        usable = given is not None and _usable(given) and (given.source in strong or given.source == "given")
        if not usable:
            all_declared = False
            guessed = priors.guess(parameter, given, holder)
            if guessed is None:
                return None
            given = guessed
        assert given is not None
        inputs[parameter.name] = given
        if parameter.kind is parameter.KEYWORD_ONLY or skipped:
            keywords.append(parameter.name)
        else:
            positional.append(parameter.name)
    return Plan(positional, keywords, inputs, bind.start(names, tuple(inputs.values())), all_declared)


def _usable(declared: wire.Declared) -> bool:
    if declared.kind == "tensor":
        return bool(declared.alternatives)
    return declared.kind == "value" or (bool(declared.items) and all(_usable(item) for item in declared.items))


def best(plan: Plan, call: Callable[..., Any], state: State, pinned: bool) -> Probe:
    """Search for sizes on which the callee runs; `plan` is left with the best ones."""

    def attempt(candidate: Plan) -> Probe:
        def run() -> Any:
            args, kwargs = candidate.values()
            return call(*args, **kwargs)

        return probe(state, run)

    reached = attempt(plan)
    probes = 1
    while not reached.passed and not pinned and probes < PROBES:
        for candidate in _proposals(plan, reached):
            probes += 1
            result = attempt(candidate)
            if result.passed or result.progress > reached.progress:
                plan.binding, plan.choice, plan.inputs = candidate.binding, candidate.choice, candidate.inputs
                reached = result
                break
            if probes >= PROBES:
                break
        else:
            break
    return reached


def _proposals(plan: Plan, reached: Probe) -> Iterator[Plan]:
    """Other sizes to try: what the failing call suggests for its free names, other alternatives, square images."""
    stop = reached.stop
    free = plan.binding.free
    if stop is not None and stop.shapes:
        seen = [size for shape in stop.shapes for size in shape]
        for name, size in list(free.items()):
            if size in seen:
                for other in dict.fromkeys(s for s in seen if s != size and s > 1):
                    yield _with(plan, {name: other})
    for name, declared in plan.inputs.items():
        for choice in range(len(declared.alternatives)):
            if choice != plan.choice.get(name, 0):
                changed = plan.copy()
                changed.choice[name] = choice
                yield changed
    yield from priors.alternatives(plan, reached)
    spatial = [n for n in free if bind.HEIGHT.match(n) or bind.WIDTH.match(n)]
    if spatial:
        for size in SQUARES:
            yield _with(plan, dict.fromkeys(spatial, size))
    numbers = sorted({size for shape in (stop.shapes if stop is not None else ()) for size in shape if size > 1})[:12]
    for name in free:
        if name not in spatial and not bind.BATCH.match(name):
            for size in numbers:
                if size != free[name]:
                    yield _with(plan, {name: size})


def _with(plan: Plan, sizes: dict[str, int]) -> Plan:
    changed = plan.copy()
    changed.binding.free.update(sizes)
    return changed


__all__ = ["Plan", "best", "no_dispatch", "plan", "torch"]
