"""The calls that contracts are made of: the first of each class of the file, and the plans of those nobody calls."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from torch import nn

from shapewright import wire
from shapewright.worker.contracts.subject import Leaf, Subject, leaves_of, parameter_names
from shapewright.worker.info import is_soft, no_dispatch
from shapewright.worker.probing import tensors_in
from shapewright.worker.state import State
from shapewright.worker.targets import configs, factories, guess, sizes
from shapewright.worker.targets.callee import Callee
from shapewright.worker.targets.plans import CannotBuild, Plan
from shapewright.worker.targets.usage import Sources
from shapewright.worker.unknown import is_unknown

CALLS = frozenset({"call", "doctest", "example_input_array"})
"""Sources that show one size of many."""


@dataclass
class _Call:
    module: nn.Module
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    source: str


class Collector:
    """Of one run of the worker."""

    def __init__(self, state: State, run: wire.Run) -> None:
        self.state = state
        self.sources = Sources(dict(run.texts))
        self.declared = {t.name: {d.name: d for d in t.inputs} for t in run.targets}
        self.calls: dict[type, _Call] = {}
        self.plans: dict[type, tuple[Callee, Plan, str]] = {}
        self.given: dict[int, dict[str, Any]] = {}

    @contextlib.contextmanager
    def seeing(self) -> Generator[None]:
        """Notes the calls that come to their end with inputs that are known."""
        plain = nn.Module.__call__

        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            cls = type(module)
            if cls in self.calls or cls.__module__ != "__main__" or self.state.probing or self.state.quiet:
                return plain(module, *args, **kwargs)
            values = [*args, *kwargs.values()]
            tensors = tensors_in(values)
            open_ = not tensors or any(is_unknown(v) for v in values) or any(is_soft(t) for t in tensors)
            failures = len(self.state.failures)
            output = plain(module, *args, **kwargs)
            if not open_ and len(self.state.failures) == failures and not is_unknown(output):
                self.calls.setdefault(cls, _Call(module, args, kwargs, self.state.source))
            return output

        with factories.noted(self.state, self.given, lambda module: None, everything=True):
            nn.Module.__call__ = call  # type: ignore[method-assign]  # put back below
            try:
                yield
            finally:
                nn.Module.__call__ = plain  # type: ignore[method-assign]  # as it was

    def planned(self, cls: Any, callee: Callee, plan: Plan, source: str) -> None:
        """A class ran on inputs that were made for it."""
        self.plans[cls] = callee, plan, source

    def subject(self, name: str, cls: type) -> Subject | None:
        """What is known of a class; None where it did not run."""
        if cls in self.plans:
            return self._from_plan(name, *self.plans[cls])
        call = self.calls.get(cls)
        return None if call is None else self._from_call(name, cls, call)

    # ------------------------------------------------------------------------------------------------ a plan

    def _from_plan(self, name: str, callee: Callee, plan: Plan, source: str) -> Subject | None:
        try:
            args, kwargs = plan.values()
        except CannotBuild:
            return None
        if not isinstance(callee.holder, nn.Module):
            return None
        leaves: list[Leaf] = []
        for path, tensor in leaves_of(tuple(args), kwargs):
            known = (plan.positional[path[0]] if path[0] < len(plan.positional) else plan.star, *path[1:])
            place = known if isinstance(path[0], int) else path
            if plan.star and place[0] == plan.star:
                place = (plan.star, path[0], *path[1:])
            spec = plan.at(place)
            dims, declared = plan.shape_at(place), place[0] in plan.fixed
            if declared and spec.source in CALLS:
                cls, argument = type(callee.holder), str(place[0])
                dims = self._dims(name, cls, callee.holder, argument, _shape(tensor))[0] if len(place) == 1 else ()
                declared = False
            leaves.append(Leaf(path, _shape(tensor), tensor.dtype, dims, declared, spec.span, spec.source))
        construct = callee.made.text if callee.made is not None else ""
        arguments = self._arguments(callee.holder, callee.made.arguments if callee.made is not None else {})
        names = tuple(plan.positional) or parameter_names(callee.function, tuple(args))
        return Subject(
            name, callee.holder, callee.call, tuple(args), kwargs, names, tuple(leaves), source, construct, arguments,
            dict(plan.binding.bound),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------ a call

    def _from_call(self, name: str, cls: type, call: _Call) -> Subject:
        names = parameter_names(cls.forward, call.args)
        leaves: list[Leaf] = []
        for path, tensor in leaves_of(call.args, call.kwargs):
            argument = names[path[0]] if isinstance(path[0], int) else str(path[0])
            shape = _shape(tensor)
            dims, spec = self._dims(name, cls, call.module, argument, shape) if len(path) == 1 else ((), None)
            span = spec.span if spec is not None else None
            leaves.append(Leaf(path, shape, tensor.dtype, dims, span=span, source=call.source))
        return Subject(
            name, call.module, call.module, call.args, call.kwargs, names, tuple(leaves), call.source, "",
            self._arguments(call.module, {}),
        )  # fmt: skip

    def _arguments(self, module: nn.Module, known: dict[str, Any]) -> dict[str, int]:
        """The whole numbers that a module's constructor was given, by name, those in configurations among them."""
        given = self.given.get(id(module), {})
        arguments = {**given, **known}
        for value in given.values():
            if not isinstance(value, (int, float, str, bool, nn.Module, type)):
                arguments = {**configs.numbers(value), **arguments}
        return {k: v for k, v in arguments.items() if type(v) is int and v > 0 and not k.startswith("_")}

    def _dims(
        self, name: str, cls: type, module: nn.Module, argument: str, shape: tuple[int, ...]
    ) -> tuple[tuple[wire.Dim, ...], wire.Declared | None]:
        """Names for the dimensions of an argument: those that somebody wrote, else those of the layer that takes it."""
        spec = self.declared.get(name, {}).get(argument)
        shapes = tuple(e for s in spec.alternatives for e in sizes.expanded(s)) if spec is not None else ()
        written = _agreeing(shapes, shape)
        parameter = inspect.signature(cls.forward).parameters.get(argument)
        if parameter is None or (written and all(d.kind == "sym" for d in written)):
            return written, spec
        layer = _agreeing(guess.guess(parameter, None, module, cls.forward, self.sources).alternatives, shape)
        both = zip(written or layer, layer or written, strict=True)
        return tuple(w if w.kind == "sym" else g for w, g in both), spec


def _agreeing(shapes: tuple[tuple[wire.Dim, ...], ...], shape: tuple[int, ...]) -> tuple[wire.Dim, ...]:
    """The first of several declared shapes that a shape agrees with, if one does. Its numbers may be free."""
    for dims in shapes:
        if len(dims) == len(shape) and all(d.kind != "int" or d.value == s for d, s in zip(dims, shape, strict=True)):
            return tuple(wire.Dim("any") if d.kind in ("int", "expr") else d for d in dims)
    return ()


def _shape(tensor: Any) -> tuple[int, ...]:
    with no_dispatch():
        return tuple(int(s) for s in tensor.shape)
