"""The search for inputs: run, see what refused them, change that, and keep what gets further."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

from shapewright.worker.probing import Probe, Stop, Watch, probe
from shapewright.worker.state import State
from shapewright.worker.targeting.plans import CannotBuild, Plan

PROBES = 120
"""Probing runs for one callee."""
SECONDS = 1.5
"""Time for one callee."""
Proposals = Callable[["Search", Plan, Probe], Iterator[Plan]]


class Search:
    """Runs of one callee on different inputs. `holder` is put back into its first state after each."""

    def __init__(self, state: State, call: Callable[..., Any], holder: Any, seconds: float = SECONDS, probes: int = PROBES) -> None:
        self.state, self.call, self.holder = state, call, holder
        self.until, self.left = time.monotonic() + seconds, probes
        self.known: dict[Any, Probe] = {}

    @property
    def spent(self) -> bool:
        """Whether the budget is used up."""
        self.state.check_time()
        return self.left <= 0 or time.monotonic() > self.until

    def attempt(self, plan: Plan) -> Probe:
        """Run on the inputs of a plan; a plan that was tried is not run again."""
        key = plan.key()
        if key not in self.known:
            self.left -= 1
            self.known[key] = self._run(plan)
        return self.known[key]

    def _run(self, plan: Plan) -> Probe:
        watch = Watch()
        try:
            args, kwargs = plan.values(watch)
        except CannotBuild as error:
            return Probe(False, -1, Stop(error), None, watch)
        with kept(self.holder):
            return probe(self.state, lambda: self.call(*args, **kwargs), watch)

    def climb(self, plan: Plan, proposals: Proposals) -> Probe:
        """Search from a plan, which is left with the best inputs found."""
        reached = self.attempt(plan)
        while not reached.passed and not self.spent:
            for candidate in proposals(self, plan, reached):
                if self.spent:
                    break
                result = self.attempt(candidate)
                if result.passed or result.progress > reached.progress:
                    plan.take(candidate)
                    reached = result
                    break
            else:
                break
        return reached


class kept:
    """A module's attributes, parameters and class, put back at the end: a call may store a state, or settle a lazy layer."""

    def __init__(self, holder: Any) -> None:
        self.saved: list[tuple[Any, type, dict[str, Any]]] = []
        for module in holder.modules() if isinstance(holder, nn.Module) else ():
            attributes = dict(vars(module))
            for name in ("_parameters", "_buffers", "_modules", "_forward_pre_hooks", "_load_state_dict_pre_hooks"):
                if name in attributes:
                    attributes[name] = attributes[name].copy()
            self.saved.append((module, type(module), attributes))

    def __enter__(self) -> None:
        """Nothing is changed yet."""

    def __exit__(self, *error: object) -> None:
        for module, cls, attributes in self.saved:
            if type(module) is not cls:
                module.__class__ = cls
            own = vars(module)
            own.clear()
            own.update(attributes)
