"""What gets further than the best inputs so far: what nobody wrote otherwise, made or given otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapewright import wire
from shapewright.worker.probing import Probe
from shapewright.worker.state import State
from shapewright.worker.targets import variants
from shapewright.worker.targets.callee import Callee, first_plan, with_needed, with_optional, without_remarks
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.proposals import proposals
from shapewright.worker.targets.search import Search
from shapewright.worker.targets.usage import Sources

SECONDS = 0.2
"""For the search from each other start."""

FAR = 8
"""Calls that pass with another rank, where none did with the remark's: the remark speaks of a later value."""


class Further:
    """Other starts for a search that did not come to its end."""

    def __init__(self, state: State, sources: Sources) -> None:
        self.state, self.sources = state, sources

    def better(
        self, target: wire.Target, found: Any, callee: Callee, plan: Plan, reached: Probe, search: Search
    ) -> tuple[Callee, Plan, Probe, Search]:
        """What gets further than the best so far: constructor arguments, or inputs, that nobody wrote otherwise."""
        for other in variants.refitted(target, found, callee, reached, self.state, self.sources):
            if other[2].passed or other[2].progress > reached.progress:
                return other
        for fuller in self.fuller(target, callee, plan):
            again = Search(self.state, callee.call, callee.holder, SECONDS)
            full, further = again.best(fuller, proposals)
            if further.passed or further.progress > reached.progress:
                return callee, full, further, again
        loose = without_remarks(target, callee, self.sources) if reached.progress == 0 else target
        if loose is not target:
            again = Search(self.state, callee.call, callee.holder, SECONDS)
            first = first_plan(callee, {d.name: d for d in loose.inputs}, False, self.sources)
            free, further = again.best(first, proposals)
            far = further.passed or further.progress >= FAR
            if far and any(len(free.shape_at(p)) != len(plan.shape_at(p)) for p in plan.tensors()):
                return callee, free, further, again
        return callee, plan, reached, search

    def fuller(self, target: wire.Target, callee: Callee, plan: Plan) -> Iterator[Plan]:
        """The plan with what may be left out, where the code stumbles over None."""
        found = with_optional(callee, plan, {d.name: d for d in target.inputs}, self.sources, always=True)
        if found is not None:
            yield found

    def needed(self, callee: Callee, plan: Plan, text: str) -> Iterator[Plan]:
        """The plan with the keywords that a function behind `**kwargs` misses."""
        found = with_needed(callee, plan, text, self.sources)
        if found is not None:
            yield found
