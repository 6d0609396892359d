"""Targets: classes and functions that the script did not reach, run on inputs of their own."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import torch

from shapewright import wire
from shapewright.worker import bind, construct, search
from shapewright.worker.failures import Reporter
from shapewright.worker.info import describe
from shapewright.worker.probing import Stop
from shapewright.worker.state import OutOfTime, State
from shapewright.worker.unknown import Unknown

STRONG = {
    "directive",
    "docstring",
    "jaxtyping",
    "class docstring",
    "comment",
    "annotation",
    "example_input_array",
    "call",
    "doctest",
}
"""Sources that say the shape of an argument; the others only help to find one."""


@dataclass(frozen=True)
class Callee:
    """Something to call with inputs. `holder` is the module (or object) whose forward it is."""

    name: str
    call: Callable[..., Any]
    parameters: tuple[inspect.Parameter, ...]
    holder: Any
    names: dict[str, int]
    construct: str


def run_all(run: wire.Run, module: ModuleType, state: State, reporter: Reporter) -> list[wire.TargetStatus]:
    """Run every target; how far each was checked."""
    statuses: list[wire.TargetStatus] = []
    for target in run.targets:
        try:
            statuses.append(_run_one(target, run.entry, module, state))
        except OutOfTime:
            statuses.append(_status(target, None, "unchecked", "no time was left"))
            break
    return statuses


def _lookup(name: str, module: ModuleType) -> Any:
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _run_one(target: wire.Target, entry: str, module: ModuleType, state: State) -> wire.TargetStatus:
    found = _lookup(target.name, module)
    if found is None or isinstance(found, Unknown):
        return _status(target, None, "unchecked", "it was not defined when the file ran")
    if isinstance(found, type) and found in state.called and not target.pinned:
        return _status(target, None, "checked", "", source="script")
    try:
        with _quiet(state):
            callee = _callee(target, found, module, state)
    except Exception as error:
        return _status(
            target, found, "unchecked", f"it could not be constructed: {type(error).__name__}: {str(error)[:200]}"
        )
    if isinstance(callee, str):
        return _status(target, found, "unchecked", callee)
    return _run_callee(target, callee, found, state)


@contextlib.contextmanager
def _quiet(state: State) -> Generator[None]:
    """Constructing with invented arguments reports nothing."""
    state.quiet += 1
    try:
        yield
    finally:
        state.quiet -= 1


def _callee(target: wire.Target, found: Any, module: ModuleType, state: State) -> Callee | str:
    """What to call for a target; a text says why there is nothing."""
    if not isinstance(found, type):
        parameters = tuple(inspect.signature(found).parameters.values())
        return Callee(target.name, found, parameters, None, {}, "")
    made = construct.instance(target, found, vars(module), state)
    if isinstance(made, str):
        return made
    holder, arguments, text = made
    forward = getattr(found, "forward", None) or found.__call__
    parameters = tuple(inspect.signature(forward).parameters.values())[1:]
    names = bind.known_names(arguments, {k: v for k, v in vars(holder).items() if not k.startswith("_")})
    return Callee(target.name, holder, parameters, holder, names, text)


def _run_callee(target: wire.Target, callee: Callee, found: Any, state: State) -> wire.TargetStatus:
    declared = {d.name: d for d in target.inputs}
    plan = search.plan(callee.parameters, declared, callee.names, callee.holder, STRONG)
    if plan is None:
        return _status(target, found, "unchecked", "nothing says what its inputs are")
    best = search.best(plan, callee.call, state, pinned=target.pinned)
    certain = target.pinned or plan.declared
    if not best.passed and not certain:
        reason = (
            f"no inputs were found on which it runs ({str(best.stop)[:160]})"
            if best.stop
            else "no inputs were found on which it runs"
        )
        return _status(target, found, "unchecked", reason, source="layers", construct=callee.construct)
    source = (
        "given"
        if target.pinned
        else next((d.source for d in target.inputs if d.source in STRONG), "layers")
        if plan.declared
        else "layers"
    )
    span = next((d.span for d in target.inputs if d.span is not None and d.source in STRONG), None)
    outer = state.evidence, state.source, state.target, state.declared, state.symbols
    state.evidence, state.source = ("declared" if certain else "inferred"), source
    state.target, state.declared, state.symbols = target.name, span, plan.symbols()
    count = len(state.failures)
    output: Any = None
    try:
        args, kwargs = plan.values()
        output = callee.call(*args, **kwargs)
        reason = ""
    except (Stop, RecursionError) as error:
        reason = str(error)
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        state.evidence, state.source, state.target, state.declared, state.symbols = outer
    inputs = tuple(
        wire.ValueFact(d.span or wire.Span("", 1, 0, 1, 0), shown, "parameter", d.source or "layers", name)
        for name, value, d in plan.shown()
        if (shown := describe(value)) is not None
    )
    outputs = tuple(o for o in [describe(output)] if o is not None)
    status = "partial" if reason else "checked"
    del count
    return _status(target, found, status, reason, source, callee.construct, inputs, outputs, callee.holder)


def _status(
    target: wire.Target, found: Any, status: Literal["checked", "partial", "unchecked"], reason: str,
    source: str = "", construct: str = "",
    inputs: tuple[wire.ValueFact, ...] = (), outputs: tuple[wire.Value, ...] = (), holder: Any = None,
) -> wire.TargetStatus:  # fmt: skip
    kind = "class" if isinstance(found, type) or found is None else "function"
    parameters = sum(p.numel() for p in holder.parameters()) if isinstance(holder, torch.nn.Module) else 0
    return wire.TargetStatus(
        target.name, kind, None, status, reason, source, construct, inputs, outputs, int(parameters)
    )
