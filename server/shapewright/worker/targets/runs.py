"""Every target in turn: an instance, inputs, and then one run that is recorded."""

from __future__ import annotations

import contextlib
import functools
import inspect
import time
from dataclasses import replace
from types import ModuleType
from typing import Any, Literal

import torch

from shapewright import wire
from shapewright.worker.failures import Reporter
from shapewright.worker.followups import hangs_on_a_repair
from shapewright.worker.probing import Probe, Stop
from shapewright.worker.state import OutOfTime, State
from shapewright.worker.targets import byname, dtypes, expressions, variants
from shapewright.worker.targets.callee import (
    STRONG,
    Callee,
    attribute,
    first_plan,
    is_module_class,
    of_function,
    of_instance,
    with_optional,
)
from shapewright.worker.targets.certain import is_certain
from shapewright.worker.targets.construct import Made, Maker
from shapewright.worker.targets.further import Further
from shapewright.worker.targets.inner import Inner, depths
from shapewright.worker.targets.plans import CannotBuild, Plan
from shapewright.worker.targets.proposals import proposals
from shapewright.worker.targets.quiet import quiet
from shapewright.worker.targets.search import Search
from shapewright.worker.targets.status import finished, headers, status, stopped_at
from shapewright.worker.targets.usage import Sources
from shapewright.worker.unknown import Unknown

SHARES = (1.0, 0.3, 0.2, 0.2)
"""Processor seconds for the search with each profile of constructor arguments."""
SIBLINGS = 1.5
"""Seconds for the models that further functions make of the same class; what has begun is brought to its end."""
MOST = 6
"""Independent certain mistakes that are looked for in one target."""
JUDGING = 0.8
"""Seconds for judging whether a failure is certain, and again for what comes behind it."""
PATIENCE = 8.0
"""Seconds more for a large model that has failed alike so far: it is run as often as a small one."""
OPTIONAL = 0.3
"""Seconds for finding the tensors that may be left out."""
NAMING = 0.4
"""Seconds for finding what dimensions are made from the free sizes."""


def run_all(run: wire.Run, module: ModuleType, state: State, reporter: Reporter) -> list[wire.TargetStatus]:
    """Run every target; how far each was checked. Classes that no other class makes come first: what they call their
    parts with is what the parts are given."""
    runner = _Runner(run, module, state)
    targets = [*run.targets, *runner.unnamed(run.targets)]
    found: dict[int, wire.TargetStatus] = {}
    depths = runner.depths([t.name for t in targets])
    for index in sorted(range(len(targets)), key=lambda i: (depths.get(targets[i].name, 9), runner.need(targets[i]))):
        try:
            found[index] = runner.guarded(targets[index])
        except OutOfTime:
            break
    names = headers(run.entry, runner.text())
    statuses = [found.get(i) or status(t, None, "unchecked", "no time was left") for i, t in enumerate(targets)]
    return [replace(each, span=names.get(each.name)) for each in statuses]


class _Runner:
    def __init__(self, run: wire.Run, module: ModuleType, state: State) -> None:
        self.module, self.state = module, state
        self.sources, self.roots = Sources(run.texts), run.roots
        self.maker = Maker(vars(module), state, self.sources)
        self.inner = Inner(state)
        self.further = Further(state, self.sources)

    def unnamed(self, targets: tuple[wire.Target, ...]) -> list[wire.Target]:
        """Module classes of the file that nobody named: made by a function, or with the forward of a base elsewhere."""
        if any(t.pinned for t in targets):
            return []
        known = {t.name for t in targets}
        return [
            wire.Target(name)
            for name, value in vars(self.module).items()
            if is_module_class(value)
            and value.__module__ == "__main__"
            and getattr(value, "forward", None) is not torch.nn.Module.forward
            and name == value.__qualname__
            and name not in known
        ]

    def depths(self, names: list[str]) -> dict[str, int]:
        """How deep each class is below those that make it."""
        found = {name: self.lookup(name) for name in names}
        return depths({n: c for n, c in found.items() if is_module_class(c)}, self.sources)

    def lookup(self, name: str) -> Any:
        """What a target's name stands for."""
        return attribute(self.module, name)

    def need(self, target: wire.Target) -> int:
        """How much is missing to run the target."""
        found = self.lookup(target.name)
        if not isinstance(found, type):
            return 100
        try:
            parameters = inspect.signature(found).parameters.values()
        except (TypeError, ValueError):
            return 50
        return sum(p.default is p.empty and p.kind in (0, 1, 3) for p in parameters)

    def guarded(self, target: wire.Target) -> wire.TargetStatus:
        """Run a target; a mistake of ours in one leaves the others their findings."""
        try:
            return self.one(target)
        except OutOfTime:
            raise
        except BaseException as error:
            import traceback

            last = traceback.extract_tb(error.__traceback__)[-1]
            self.state.notes.append(
                f"internal: {target.name}: {type(error).__name__}: {error} ({last.name}:{last.lineno})"
            )
            return status(target, None, "unchecked", "the analysis of it failed")

    def one(self, target: wire.Target) -> wire.TargetStatus:
        """Run a target."""
        found = self.lookup(target.name)
        if found is None or isinstance(found, Unknown):
            return status(target, None, "unchecked", "it was not defined when the file ran")
        asked_for = target.pinned or any(d.source == "directive" for d in target.inputs)
        if isinstance(found, type) and found in self.state.called and not asked_for:
            seen = self.inner.calls.get(found)
            if seen is None:
                return status(target, None, "checked", "", source="script")
            if not any(d.source in STRONG for d in target.inputs):
                made = Made(seen[0], "the instance that another class made")
                return finished(target, found, of_instance(target.name, found, made), "", "layers", seen[1], seen[2])
        if is_module_class(found) and getattr(found, "forward", None) is torch.nn.Module.forward:
            return status(target, found, "unchecked", "it has no forward")
        best: tuple[Callee, Plan, Probe, Search] | None = None
        reason = ""
        for profile in range(byname.PROFILES):
            callee = self.callee(target, found, profile)
            if isinstance(callee, str):
                reason = reason or callee
                break
            if callee.made is not None and callee.made.call is not None:
                called = self.recorded_call(target, found, callee)
                if called.status == "checked":
                    with contextlib.suppress(OutOfTime):
                        self.siblings(target, found, callee.made.instance, None)
                return called
            plan = first_plan(callee, {d.name: d for d in target.inputs}, target.pinned, self.sources)
            search = Search(self.state, callee.call, callee.holder, SHARES[profile])
            search.fuller = functools.partial(self.further.fuller, target, callee)
            search.needed = functools.partial(self.further.needed, callee)
            plan, reached = (plan, search.attempt(plan)) if target.pinned else search.best(plan, proposals)
            if best is None or reached.passed or reached.reach > best[2].reach:
                best = callee, plan, reached, search
            if reached.passed or target.pinned or callee.made is None or not callee.made.guessed:
                break
            if plan.fixed >= set(plan.inputs) and variants.told_apart(target, found, callee.made):
                break
        if best is None:
            return status(target, found, "unchecked", reason)
        if not best[2].passed and not target.pinned:
            best = self.further.better(target, found, *best)
        refuted = found in self.inner.passed and not best[2].passed and not target.pinned
        if refuted and (seen := self.inner.calls.get(found)) is not None:
            # Another class calls it with inputs that pass: what was written of them is not so.
            made = Made(seen[0], "the instance that another class made")
            return finished(target, found, of_instance(target.name, found, made), "", "layers", seen[1], seen[2])
        settled = self.settle(target, found, *best)
        if settled.status == "checked" and best[0].made is not None and not target.pinned:
            with contextlib.suppress(OutOfTime):
                self.siblings(target, found, best[0].made.instance, best[1])
        return settled

    def siblings(self, target: wire.Target, found: Any, first: Any, plan: Plan | None) -> None:
        """Runs of the models that other functions of the file make, until one fails for every input.

        `plan`: inputs on which the first of them runs.
        """
        until = time.process_time() + SIBLINGS
        for instance, text in self.maker.rehearsal.siblings(found, first):
            if time.process_time() > until:
                return
            given = self.maker.rehearsal.given.get(id(instance), {})
            callee = of_instance(target.name, found, Made(instance, text, given))
            search = Search(self.state, callee.call, callee.holder, SHARES[1])
            trial = plan.copy() if plan is not None else None
            reached = search.attempt(trial) if trial is not None else None
            if trial is None or reached is None or not reached.passed:
                trial = first_plan(callee, {d.name: d for d in target.inputs}, False, self.sources)
                trial, reached = search.best(trial, proposals)
            if reached.passed:
                continue
            accepted, trial, _ = self.certain(target, found, callee, trial, reached, search)
            if accepted:
                self.accepting(accepted, target, callee, trial, "inferred", "layers", None)
                return

    def accepting(
        self, accepted: set[Any], target: wire.Target, callee: Callee, plan: Plan,
        evidence: Literal["declared", "inferred"], source: str, span: wire.Span | None,
    ) -> tuple[Any, str]:  # fmt: skip
        """A recorded run that reports the failures in these places."""
        args, kwargs = plan.values()
        self.state.accepted = accepted
        try:
            return self.recorded(target, callee, args, kwargs, evidence, source, span, plan.symbols())
        finally:
            self.state.accepted = None

    def callee(self, target: wire.Target, found: Any, profile: int) -> Callee | str:
        """What to call for a target; a text says why there is nothing."""
        if not isinstance(found, type):
            return of_function(target.name, found)
        try:
            with quiet(self.state):
                if profile == 0 and not target.pinned and not any(d.source in STRONG for d in target.inputs):
                    called = self.maker.rehearsal.call(found)
                    if called is not None:
                        instance, args, kwargs, name = called
                        given = self.maker.rehearsal.given.get(id(instance), {})
                        return of_instance(target.name, found, Made(instance, f"{name}()", given, call=(args, kwargs)))
                made = self.maker.make(target, found, profile)
                if (
                    isinstance(made, Made)
                    and isinstance(made.instance, torch.nn.Module)
                    and "_modules" not in vars(made.instance)
                ):
                    return "its constructor does not call that of Module"
        except OutOfTime:
            raise
        except BaseException as error:
            cause = error.error if isinstance(error, Stop) else error
            return f"it could not be constructed: {type(cause).__name__}: {str(cause)[:200]}"
        return made if isinstance(made, str) else of_instance(target.name, found, made)

    def recorded_call(self, target: wire.Target, found: Any, callee: Callee) -> wire.TargetStatus:
        """Run on inputs that a function of the file gave."""
        assert callee.made is not None and callee.made.call is not None
        args, kwargs = callee.made.call
        output, reason = self.recorded(target, callee, args, kwargs, "declared", "call", None, {})
        named = [*zip([p.name for p in callee.parameters], args, strict=False), *kwargs.items()]
        return finished(target, found, callee, reason, "call", [(n, v, None) for n, v in named], output)

    def settle(
        self, target: wire.Target, found: Any, callee: Callee, plan: Plan, reached: Probe, search: Search
    ) -> wire.TargetStatus:
        """The run that is recorded, where there is one to record."""
        declared = target.pinned or (bool(plan.fixed) and plan.fixed >= set(plan.inputs))
        construct = callee.made.text if callee.made is not None else ""
        accepted: set[Any] | None = None
        if not target.pinned:
            accepted, plan, reached = self.certain(target, found, callee, plan, reached, search)
        if not reached.passed and not declared and not accepted:
            cause = f" ({stopped_at(reached.stop, plan)})" if reached.stop is not None else ""
            return status(
                target, found, "unchecked", f"no inputs were found on which it runs{cause}", "layers", construct
            )
        source = "given" if target.pinned else next((d.source for d in target.inputs if d.name in plan.fixed), "layers")
        span = next((d.span for d in target.inputs if d.span is not None and d.name in plan.fixed), None)
        try:
            args, kwargs = plan.values()
        except CannotBuild as error:
            return status(target, found, "unchecked", f"nothing says what its input {error} is", "layers", construct)
        if plan.device and isinstance(callee.holder, torch.nn.Module):
            callee.holder.to(plan.device)
        evidence = "declared" if declared or plan.fixed else "inferred"
        self.state.accepted = accepted
        first = len(self.state.values)
        try:
            output, reason = self.recorded(target, callee, args, kwargs, evidence, source, span, plan.symbols())
        finally:
            self.state.accepted = None
        if not reason and reached.passed and self.state.contracts is not None:
            again = Search(self.state, callee.call, callee.holder, NAMING)
            known = expressions.expressions(self.state, again, plan)
            self.state.values[first:] = expressions.applied(self.state.values[first:], known)
            self.state.contracts.planned(found, callee, plan, source)
        if not reason and not target.pinned:
            self.with_options(target, found, callee, plan, evidence, source, span)
        reason = wire.with_names(reason, plan.symbols())
        if not reached.passed and not self.is_reported(reached.stop):
            reason = f"it stops at {stopped_at(reached.stop, plan)}"
        shown = [(n, v, d) for n, v, d in plan.shown()]
        return finished(target, found, callee, reason, source, shown, output, plan.symbols())

    def is_reported(self, stop: Stop | None) -> bool:
        """Whether what a run stopped at is one of the findings: the recorded run went on behind it."""
        path, at = stop.place if stop is not None and stop.place is not None else ("", None)
        if at is None:
            return False
        span = wire.Span(path, *self.state.places.shown(path, at))
        return any(failure.span == span for failure in self.state.failures)

    def with_options(
        self,
        target: wire.Target,
        found: Any,
        callee: Callee,
        plan: Plan,
        evidence: Literal["declared", "inferred"],
        source: str,
        span: wire.Span | None,
    ) -> None:
        """A second run with the tensors that may be left out: the branches that want them are checked as well."""
        fuller = with_optional(callee, plan, {d.name: d for d in target.inputs}, self.sources)
        if fuller is None:
            return
        search = Search(self.state, callee.call, callee.holder, OPTIONAL)
        fuller, reached = search.best(fuller, proposals)
        accepted: set[Any] = set()
        if not reached.passed:
            if fuller.fixed < set(fuller.inputs):
                return
            accepted, fuller, reached = self.certain(target, found, callee, fuller, reached, search)
            if not accepted:
                return
        self.accepting(accepted, target, callee, fuller, evidence, source, span)

    def certain(
        self, target: wire.Target, found: Any, callee: Callee, plan: Plan, reached: Probe, search: Search
    ) -> tuple[set[Any], Plan, Probe]:
        """The places of the failures that are mistakes for all inputs, and how far it goes once past them."""
        accepted: set[Any] = set()
        try:
            while not reached.passed and len(accepted) < MOST and not variants.is_of_a_guess(callee, reached):
                self.state.accepted = accepted
                if accepted and reached.stop is not None and hangs_on_a_repair(list(reached.stop.tensors)):
                    break
                judge = Search(self.state, callee.call, callee.holder, JUDGING)
                judge.latest = judge.until + PATIENCE
                judge.text = self.text()
                judge.texts = functools.partial(dtypes.texts, self.sources.texts, self.roots)
                others = variants.guessed(target, found, callee, self.state, self.sources)
                settings = variants.settings(target, found, callee, self.state, self.sources, plan)
                if not is_certain(judge, plan, reached, others, settings):
                    break
                # What the program itself raises stays where it is, known or not.
                if reached.stop is None or reached.stop.place in accepted:
                    break
                accepted = {*accepted, reached.stop.place}
                self.state.accepted = accepted
                further = Search(self.state, callee.call, callee.holder, JUDGING)
                plan, reached = further.best(plan, proposals)
        finally:
            self.state.accepted = None
        return accepted, plan, reached

    def text(self) -> str:
        """The entry's text."""
        path = self.module.__file__ or ""
        text = self.sources.texts.get(path)
        if text is None:
            with contextlib.suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8") as file:
                text = file.read()
        return text or ""

    def recorded(
        self, target: wire.Target, callee: Callee, args: Any, kwargs: Any, evidence: Literal["declared", "inferred"],
        source: str, span: wire.Span | None, symbols: dict[int, str],
    ) -> tuple[Any, str]:  # fmt: skip
        """The output of a recorded run, and the reason why it stopped."""
        state = self.state
        outer = state.evidence, state.source, state.target, state.declared, state.symbols
        state.evidence, state.source, state.target, state.declared, state.symbols = (
            evidence,
            source,
            target.name,
            span,
            symbols,
        )
        try:
            with self.inner.seeing():
                return callee.call(*args, **kwargs), ""
        except OutOfTime:
            raise
        except (Stop, RecursionError) as error:
            return None, str(error)
        except BaseException as error:  # `sys.exit()` too
            return None, f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            state.evidence, state.source, state.target, state.declared, state.symbols = outer
