"""What is called for a target, and the plan of its first call."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from torch import nn

from shapewright import wire
from shapewright.worker.targets import guess, sizes
from shapewright.worker.targets.construct import Made
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.usage import Sources

STRONG = frozenset(
    {
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
)
"""Sources that say the shape of an argument; the others only help to find one."""


@dataclass(frozen=True)
class Callee:
    """Something to call with inputs. `holder`: the module or object whose forward it is, `made`: how it came to be."""

    name: str
    call: Callable[..., Any]
    function: Any
    parameters: tuple[inspect.Parameter, ...]
    holder: Any
    names: dict[str, int]
    made: Made | None


def of_function(name: str, function: Any) -> Callee:
    """A function."""
    return Callee(name, function, function, tuple(inspect.signature(function).parameters.values()), None, {}, None)


def of_instance(name: str, cls: type, made: Made) -> Callee:
    """A module's forward, or an object's call."""
    holder = made.instance
    function = getattr(cls, "forward", None) or cls.__call__
    parameters = tuple(inspect.signature(function).parameters.values())[1:]
    attributes = {k: v for k, v in getattr(holder, "__dict__", {}).items() if not k.startswith("_")}
    return Callee(name, holder, function, parameters, holder, sizes.known_names(made.arguments, attributes), made)


def first_plan(callee: Callee, declared: dict[str, wire.Declared], pinned: bool, sources: Sources) -> Plan:
    """What to call with at first: what was written, guesses elsewhere. Optional arguments keep their default."""
    positional: list[str] = []
    keywords: list[str] = []
    inputs: dict[str, wire.Declared] = {}
    fixed: set[str] = set()
    skipped = False
    star = ""
    for parameter in callee.parameters:
        given = declared.get(parameter.name)
        if parameter.kind is parameter.VAR_KEYWORD:
            for key in sources.use(callee.function, parameter.name).items:
                inputs[key] = guess.guess(_keyword(key), declared.get(key), callee.holder, callee.function, sources)
                keywords.append(key)
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            if not inputs and not skipped:
                star = parameter.name
                one = guess.guess(parameter, None, callee.holder, callee.function, sources)
                one = (
                    one
                    if one.kind == "tensor"
                    else wire.Declared("", "tensor", (sizes.dims("B", "D"),), source="layers")
                )
                inputs[star] = wire.Declared(star, "list", items=(one,), source="layers")
            continue
        asked = given is not None and (pinned or given.source in {"directive", "call", "given"}) and not given.optional
        if parameter.default is not parameter.empty and not asked:
            skipped = True
            continue
        if given is not None and is_usable(given) and (pinned or given.source in STRONG):
            fixed.add(parameter.name)
            inputs[parameter.name] = spread(given)
        else:
            inputs[parameter.name] = guess.guess(parameter, given, callee.holder, callee.function, sources)
        if parameter.kind is parameter.KEYWORD_ONLY or skipped:
            keywords.append(parameter.name)
        else:
            positional.append(parameter.name)
    binding = sizes.bound_to(callee.names, inputs.values())
    for name in inputs.keys() - fixed:
        known = next(
            (callee.names[n] for n in (f"{name}_size", f"{name}_dim", f"{name}_features") if n in callee.names), None
        )
        if known is not None:
            binding.free[f"{name}~1"] = known
    device = "" if pinned else _device_of(callee.holder)
    return Plan(
        positional, keywords, inputs, binding, frozenset(fixed), star=star, device=device, settings=callee.names
    )


def _device_of(holder: Any) -> str:
    """Where a module lives that the script moved; empty where it never left."""
    if not isinstance(holder, nn.Module) or "_modules" not in vars(holder):
        return ""
    held = next(itertools.chain(holder.parameters(), holder.buffers()), None)
    return str(held.device.type) if held is not None and held.device.type not in ("cpu", "meta") else ""


def with_needed(callee: Callee, plan: Plan, text: str, sources: Sources) -> Plan | None:
    """The plan with what a function behind `**kwargs` misses, by Python's message."""
    if all(p.kind is not p.VAR_KEYWORD for p in callee.parameters):
        return None
    names = [n for n in re.findall(r"'(\w+)'", text) if n not in plan.inputs]
    if not names or not re.search("missing .* required", text):
        return None
    fuller = plan.copy()
    for name in names:
        fuller.inputs[name] = guess.guess(_keyword(name), None, callee.holder, callee.function, sources)
    return replace(fuller, keywords=[*plan.keywords, *names])


def _keyword(name: str) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)


def with_optional(
    callee: Callee, plan: Plan, declared: dict[str, wire.Declared], sources: Sources, always: bool = False
) -> Plan | None:
    """The plan with the tensors that may be left out; None where there are none."""
    fuller = plan.copy()
    fixed = set(plan.fixed)
    for parameter in callee.parameters:
        if parameter.default is not None or parameter.name in plan.inputs or parameter.kind not in (1, 3):
            continue
        given = declared.get(parameter.name)
        annotation = guess.annotation_text(parameter.annotation)
        if given is not None and is_usable(given) and given.source in STRONG:
            fuller.inputs[parameter.name] = spread(given)
            fixed.add(parameter.name)
        elif (fixed and not always) or (annotation and "Tensor" not in annotation):
            continue
        else:
            fuller.inputs[parameter.name] = guess.guess(parameter, given, callee.holder, callee.function, sources)
    added = [name for name in fuller.inputs if name not in plan.inputs]
    if not added:
        return None
    bound = sizes.bound_to(callee.names, [fuller.inputs[n] for n in added])
    binding = fuller.binding
    binding.bound.update({n: s for n, s in bound.bound.items() if n not in binding.free})
    binding.free.update({n: s for n, s in bound.free.items() if n not in binding.free and n not in binding.bound})
    return replace(fuller, fixed=frozenset(fixed), keywords=[*plan.keywords, *added])


def spread(given: wire.Declared) -> wire.Declared:
    """A declaration with its ellipses and optional dimensions spelled out as alternatives."""
    shapes = tuple(dict.fromkeys(e for shape in given.alternatives for e in sizes.expanded(shape)))
    items = tuple(spread(item) for item in given.items)
    if given.kind == "list" and len(items) == 1:
        items *= 2
    return replace(given, alternatives=shapes, items=items)


def without_remarks(target: wire.Target, callee: Callee, sources: Sources) -> wire.Target:
    """The target without what comments below the signature say of its inputs: they may speak of a later value."""
    definition = sources.function(callee.function)
    if definition is None:
        return target
    signature = max([definition.lineno, *(a.end_lineno or 0 for a in definition.args.args)])
    kept = tuple(d for d in target.inputs if d.source != "comment" or d.span is None or d.span.line <= signature)
    return target if len(kept) == len(target.inputs) else replace(target, inputs=kept)


def is_usable(declared: wire.Declared) -> bool:
    """Whether the declaration says enough to make a value."""
    if declared.kind == "tensor":
        return bool(declared.alternatives)
    return declared.kind == "value" or (bool(declared.items) and all(is_usable(item) for item in declared.items))


def is_module_class(value: Any) -> bool:
    """A class of modules."""
    return isinstance(value, type) and issubclass(value, nn.Module)


def classes(run: wire.Run, module: ModuleType) -> dict[str, Any]:
    """The classes of modules in a file that ran, by name, in the order in which they stand there."""
    named = [t.name for t in run.targets]
    if not any(t.pinned for t in run.targets):
        named += [n for n, c in vars(module).items() if is_module_class(c) and c.__module__ == "__main__"]
    found = {name: attribute(module, name) for name in named}
    return {n: c for n, c in found.items() if is_module_class(c) and c.__qualname__ == n}


def attribute(module: ModuleType, name: str) -> Any:
    """What a dotted name stands for in a module."""
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
