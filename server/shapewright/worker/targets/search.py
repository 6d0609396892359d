"""The search for inputs: run, see what refused them, change that, and keep what gets further."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torch import nn

from shapewright.worker.probing import Probe, Stop, Watch, probe
from shapewright.worker.state import State
from shapewright.worker.targets.plans import CannotBuild, Plan

PROBES = 120
"""Probing runs for one callee."""
SECONDS = 1.5
"""Time for one callee."""
OVERDRAFT = 4
"""How many times its budget a search may take to come to a conclusion."""
Proposals = Callable[["Search", Plan, Probe], Iterator[Plan]]


class Search:
    """Runs of one callee on different inputs. `holder` is put back into its first state after each."""

    def __init__(
        self, state: State, call: Callable[..., Any], holder: Any, seconds: float = SECONDS, probes: int = PROBES
    ) -> None:
        self.state, self.call, self.holder = state, call, holder
        self.until, self.left = time.process_time() + seconds, probes
        self.latest = self.until + OVERDRAFT * seconds
        self.known: dict[Any, Probe] = {}
        self.text = ""
        self.texts: Callable[[], Iterable[tuple[str, str]]] = lambda: ()
        self.fuller: Callable[[Plan], Iterable[Plan]] = lambda plan: ()
        self.needed: Callable[[Plan, str], Iterable[Plan]] = lambda plan, text: ()

    def sets(self, attribute: str) -> bool:
        """Whether the file may set an attribute of this name somewhere."""
        named = re.search(rf"\.{attribute}\b[^=\n(]*=(?!=)|[\"']{attribute}[\"']", self.text)
        return bool(named) or bool(
            re.search(r"\bsetattr\(|add_module\(|__dict__|__getattr__|register_module\(", self.text)
        )

    @property
    def spent(self) -> bool:
        """Whether the budget is used up."""
        self.state.check_time()
        return self.left <= 0 or time.process_time() > self.until

    @property
    def overdrawn(self) -> bool:
        """Whether even a search that is nearly done must end: a large model is run a few times, whatever it takes."""
        return self.left <= 0 or time.process_time() > self.latest

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
            if plan.device and isinstance(self.holder, nn.Module):
                self.holder.to(plan.device)
            return probe(self.state, lambda: self.call(*args, **kwargs), watch)

    def best(self, plan: Plan, proposals: Proposals) -> tuple[Plan, Probe]:
        """The best plan that is reached from any of the first guesses."""
        found: tuple[Plan, Probe] | None = None
        for start in starts(plan):
            reached = self.climb(start, proposals)
            if found is None or reached.passed or reached.reach > found[1].reach:
                found = start, reached
            if reached.passed or self.spent:
                break
        assert found is not None
        return found

    def climb(self, plan: Plan, proposals: Proposals) -> Probe:
        """Search from a plan, which is left with the best inputs found."""
        reached = self.attempt(plan)
        while not reached.passed and not self.spent:
            for candidate in proposals(self, plan, reached):
                if self.spent:
                    break
                result = self.attempt(candidate)
                if result.watch is not None and result.watch.vague:
                    continue
                if result.passed or result.reach > reached.reach:
                    plan.take(candidate)
                    reached = result
                    break
            else:
                break
        return reached


def starts(plan: Plan) -> Iterator[Plan]:
    """A plan, and the same from other first guesses: the greedy way from one of them may end before it runs."""
    yield plan.copy()
    open_ = [n for n, s in plan.inputs.items() if n not in plan.fixed and len(s.alternatives) > 1]
    for names in [open_, *([n] for n in open_)] if len(open_) > 1 else [open_]:
        if names:
            other = plan.copy()
            other.choice.update(dict.fromkeys(names, 1))
            yield other


class kept:
    """A module's attributes, parameters and class, put back at the end: a call may change a state or a lazy layer."""

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
