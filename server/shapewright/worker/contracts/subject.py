"""A module with a call of it that runs, and the sizes in that call that may be others."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from shapewright import wire
from shapewright.worker.info import describe, info_of, known_values, no_dispatch, set_known, tensor_fact

Path = tuple[Any, ...]
Slot = tuple[Path, int]
"""One dimension of one tensor among the arguments."""
_DEPTH = 4


@dataclass(frozen=True)
class Leaf:
    """A tensor among the arguments. `dims`: names for its dimensions; `declared` where somebody wrote them."""

    path: Path
    shape: tuple[int, ...]
    dtype: torch.dtype
    dims: tuple[wire.Dim, ...] = ()
    declared: bool = False
    span: wire.Span | None = None
    source: str = ""


@dataclass(frozen=True)
class Subject:
    """One module to find out about. `arguments`: what its constructor got. `known`: sizes that names of declarations
    stand for because the module has them."""

    name: str
    holder: nn.Module
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    names: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    source: str
    construct: str = ""
    arguments: Mapping[str, int] = field(default_factory=dict[str, int])
    known: Mapping[str, int] = field(default_factory=dict[str, int])

    def inputs(self, sizes: Mapping[Slot, int]) -> tuple[list[Any], dict[str, Any]]:
        """Fresh arguments with these sizes."""

        def fresh(path: Path, tensor: torch.Tensor) -> torch.Tensor:
            with no_dispatch():
                old = tuple(int(s) for s in tensor.shape)
            shape = tuple(sizes.get((path, i), s) for i, s in enumerate(old))
            info = info_of(tensor)
            made = torch.empty(shape, dtype=tensor.dtype, requires_grad=tensor.requires_grad and tensor.is_leaf)
            if info is not None and info.device is not None:
                made = made.to(info.device)
            if shape == old and (values := known_values(tensor)) is not None:
                set_known(made, values)
            return made

        args = [_mapped(value, (index,), fresh) for index, value in enumerate(self.args)]
        return args, {name: _mapped(value, (name,), fresh) for name, value in self.kwargs.items()}

    def shown(self, symbols: Mapping[Slot, str]) -> tuple[wire.ValueFact, ...]:
        """The inputs with their dimensions' names."""
        spans = {leaf.path: leaf for leaf in self.leaves}
        named = [*zip(self.names, ((i,) for i in range(len(self.args))), self.args, strict=False)]
        named += [(name, (name,), value) for name, value in self.kwargs.items()]
        facts: list[wire.ValueFact] = []
        for name, path, value in named:
            leaf = next((spans[p] for p in spans if p[:1] == path), None)
            shown = _shown(value, path, symbols)
            if shown is not None:
                span = leaf.span if leaf is not None and leaf.span is not None else wire.Span("", 1, 0, 1, 0)
                source = (leaf.source if leaf is not None else "") or self.source
                facts.append(wire.ValueFact(span, shown, "parameter", source, name))
        return tuple(facts)


def leaves_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterator[tuple[Path, torch.Tensor]]:
    """The tensors among arguments, with their places."""
    for index, value in enumerate(args):
        yield from tensors(value, (index,))
    for name, value in kwargs.items():
        yield from tensors(value, (name,))


def tensors(value: Any, path: Path = ()) -> Iterator[tuple[Path, torch.Tensor]]:
    """The tensors in a value, with their places in it."""
    if isinstance(value, torch.Tensor):
        yield path, value
    elif len(path) <= _DEPTH:
        for key, item in items_of(value):
            yield from tensors(item, (*path, key))


def items_of(value: Any) -> list[tuple[Any, Any]]:
    """The parts of a container, with their keys; nothing for what is none."""
    if isinstance(value, (tuple, list)):
        return list(enumerate(value[:64]))
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, types.SimpleNamespace):
        return list(vars(value).items())
    return []


def _mapped(value: Any, path: Path, change: Callable[[Path, torch.Tensor], torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        return change(path, value)
    if len(path) > _DEPTH:
        return value
    made = {key: _mapped(item, (*path, key), change) for key, item in items_of(value)}
    if isinstance(value, (tuple, list)) and len(value) == len(made):
        items = list(made.values())
        return items if type(value) is list else type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if type(value) is dict:
        return made
    return types.SimpleNamespace(**made) if isinstance(value, types.SimpleNamespace) else value


def _shown(value: Any, path: Path, symbols: Mapping[Slot, str]) -> wire.Value | None:
    if isinstance(value, torch.Tensor):
        fact = tensor_fact(value)
        text = tuple(symbols.get((path, i), str(s)) for i, s in enumerate(fact.shape or ()))
        return wire.Value("tensor", "Tensor", wire.TensorFact(fact.shape, fact.dtype, fact.device, text))
    items = items_of(value) if len(path) <= _DEPTH else []
    shown = [(key, found) for key, item in items if (found := _shown(item, (*path, key), symbols)) is not None]
    if not any(True for _ in tensors(value, path)):
        return describe(value)
    if isinstance(value, (tuple, list)):
        return wire.Value("sequence", type(value).__name__, items=tuple(v for _, v in shown), length=len(value))
    keys = tuple(str(k) for k, _ in shown)
    return wire.Value("mapping", "dict", items=tuple(v for _, v in shown), keys=keys, length=len(shown))


def parameter_names(function: Any, args: tuple[Any, ...]) -> tuple[str, ...]:
    """The names of the positional arguments of a method."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return tuple(f"input {i + 1}" for i in range(len(args)))
    names: list[str] = []
    for index in range(len(args)):
        held = parameters[index] if index < len(parameters) else None
        if held is None or held.kind is held.VAR_POSITIONAL:
            names.append(f"input {index + 1}")
        else:
            names.append(held.name)
    return tuple(names)
