"""A plan: what a callee is called with, as declarations whose free names may still change."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from shapewright import wire
from shapewright.worker.info import no_dispatch, set_known
from shapewright.worker.probing import Watch
from shapewright.worker.targets import sizes
from shapewright.worker.targets.sizes import Binding

Path = tuple[Any, ...]
"""The way to one tensor in the arguments: the argument's name, then keys and positions."""
OBJECT = "object"
"""The `literal` of a `dict` whose keys are attributes."""


LENGTHS = re.compile(r"(^|_)(len(gth)?s?|lens|seq_?lens?)$|lengths?$", re.I)


class CannotBuild(Exception):
    """A declaration for which there is no value."""


@dataclass
class Plan:
    """The arguments of a call.

    `fixed`: arguments whose shape somebody wrote; only the sizes of their free names may change.
    `choice` says which of the alternatives of an argument is taken.
    """

    positional: list[str]
    keywords: list[str]
    inputs: dict[str, wire.Declared]
    binding: Binding
    fixed: frozenset[str] = frozenset()
    choice: dict[str, int] = field(default_factory=dict[str, int])
    star: str = ""
    device: str = ""
    settings: dict[str, int] = field(default_factory=dict[str, int])

    def copy(self) -> Plan:
        """An independent copy."""
        return replace(self, inputs=dict(self.inputs), binding=self.binding.copy(), choice=dict(self.choice))

    def take(self, other: Plan) -> None:
        """Become `other`."""
        self.inputs, self.binding, self.choice = other.inputs, other.binding, other.choice
        self.fixed, self.device = other.fixed, other.device

    def sized(self, values: dict[str, int]) -> Plan:
        """The same with other sizes of free names."""
        changed = self.copy()
        changed.binding.free.update(values)
        return changed

    def changed(self, path: Path, spec: wire.Declared) -> Plan:
        """The same with another declaration at a path."""
        changed = self.copy()
        changed.inputs[path[0]] = _put(self.inputs[path[0]], path[1:], spec)
        if len(path) == 1:
            changed.choice.pop(path[0], None)
        return changed

    def shaped(self, path: Path, *shape: int | str, dtype: str | None = None) -> Plan:
        """The same with a tensor of this shape at a path."""
        old = self.at(path)
        spec = wire.Declared(old.name, "tensor", (sizes.dims(*shape),), dtype, source="layers", span=old.span)
        return self.changed(path, spec)

    def at(self, path: Path) -> wire.Declared:
        """The declaration at a path."""
        found = self.inputs[path[0]]
        for key in path[1:]:
            found = _item(found, key)
        return found

    def is_open(self, path: Path) -> bool:
        """Whether the shape at a path may be replaced."""
        return path[0] not in self.fixed

    def shape_at(self, path: Path) -> tuple[wire.Dim, ...]:
        """The dimensions of a tensor of the plan."""
        spec = self.at(path)
        choice = self.choice.get(path[0], 0) if len(path) == 1 else 0
        return spec.alternatives[min(choice, len(spec.alternatives) - 1)] if spec.alternatives else ()

    def tensors(self) -> Iterator[Path]:
        """The paths of all tensors."""
        for name, spec in self.inputs.items():
            yield from _tensors(spec, (name,))

    def retyped(self, path: Path, dtype: str | None) -> Plan:
        """The same with another dtype at a path, and in the same place of every other item of a list on the way."""
        changed = self
        for other in self.tensors():
            if self._place(other) == self._place(path):
                changed = changed.changed(other, replace(changed.at(other), dtype=dtype))
        changed.choice = dict(self.choice)
        return changed

    def _place(self, path: Path) -> tuple[Any, ...]:
        """A path without the indices of lists, whose items are alike."""
        spec, place = self.inputs[path[0]], [path[0]]
        for key in path[1:]:
            place.append("*" if spec.kind == "list" else key)
            spec = _item(spec, key)
        return tuple(place)

    def key(self) -> Any:
        """What tells two plans apart."""
        return (
            tuple((n, s.kind, s.alternatives, s.dtype, s.items, s.keys, s.literal) for n, s in self.inputs.items()),
            tuple(sorted(self.binding.free.items())),
            tuple(sorted(self.choice.items())),
            self.device,
        )

    def values(self, watch: Watch | None = None) -> tuple[list[Any], dict[str, Any]]:
        """Fresh arguments. CannotBuild where there are none."""
        made = {n: build(s, self.binding, self.choice.get(n, 0), (n,), watch) for n, s in self.inputs.items()}
        if self.device:
            made = {n: _moved(value, self.device) for n, value in made.items()}
            if watch is not None:
                for path in self.tensors():
                    watch.argument(path, _reached(made, path))
        args = [made[n] for n in self.positional]
        if self.star:
            args.extend(made[self.star])
        return args, {n: made[n] for n in self.keywords}

    def shown(self) -> list[tuple[str, Any, wire.Declared]]:
        """Name, value and declaration of every input."""
        made = {n: build(s, self.binding, self.choice.get(n, 0)) for n, s in self.inputs.items()}
        return [(n, v, self.inputs[n]) for n, v in made.items()]

    def symbols(self) -> dict[int, str]:
        """Names of the free sizes that cannot be mistaken for another number."""
        used = list(self.binding.free.values()) + list(self.binding.bound.values())
        named = self.binding.free.items()
        return {size: name for name, size in named if used.count(size) == 1 and size > 8 and _is_word(name)}


def _moved(value: Any, device: str) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, (tuple, list)):
        return type(value)(_moved(item, device) for item in value)
    return {k: _moved(item, device) for k, item in value.items()} if isinstance(value, dict) else value


def _reached(value: Any, path: Path) -> Any:
    for key in path:
        value = getattr(value, key) if isinstance(value, types.SimpleNamespace) else value[key]
    return value


def _is_word(name: str) -> bool:
    return "~" not in name and not name.startswith("dim")


def path_text(path: Path) -> str:
    """`x`, `x[0]`, `batch['image']`."""
    return str(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


def _tensors(spec: wire.Declared, path: Path) -> Iterator[Path]:
    if spec.kind == "tensor":
        yield path
    for index, item in enumerate(spec.items):
        yield from _tensors(item, (*path, spec.keys[index] if spec.keys else index))


def _index(spec: wire.Declared, key: Any) -> int:
    return spec.keys.index(key) if spec.keys else int(key)


def _item(spec: wire.Declared, key: Any) -> wire.Declared:
    return spec.items[_index(spec, key)]


def _put(spec: wire.Declared, path: Path, new: wire.Declared) -> wire.Declared:
    if not path:
        return new
    at = _index(spec, path[0])
    items = tuple(_put(item, path[1:], new) if i == at else item for i, item in enumerate(spec.items))
    return replace(spec, items=items)


def dtype_of(name: str | None) -> torch.dtype:
    """A torch dtype by name; the default one for none or an unknown one."""
    found = getattr(torch, name, None) if name else None
    return found if isinstance(found, torch.dtype) else torch.get_default_dtype()


def build(spec: wire.Declared, binding: Binding, choice: int = 0, path: Path = (), watch: Watch | None = None) -> Any:
    """A value as declared: fakes without known data."""
    if spec.kind == "value":
        try:
            return ast.literal_eval(spec.literal or "None")
        except (ValueError, SyntaxError):
            raise CannotBuild(spec.name) from None
    if spec.kind in ("list", "tuple"):
        made = [build(item, binding, 0, (*path, i), watch) for i, item in enumerate(spec.items)]
        return tuple(made) if spec.kind == "tuple" else made
    if spec.kind == "dict":
        found = {k: build(item, binding, 0, (*path, k), watch) for k, item in zip(spec.keys, spec.items, strict=False)}
        return types.SimpleNamespace(**found) if spec.literal == OBJECT else found
    if not spec.alternatives:
        raise CannotBuild(spec.name)
    shape = sizes.numbers(spec.alternatives[min(choice, len(spec.alternatives) - 1)], binding)
    if shape is None:
        raise CannotBuild(spec.name)
    tensor = torch.empty(shape, dtype=dtype_of(spec.dtype))
    if len(shape) == 1 and spec.dtype == "int64" and LENGTHS.search(str(path[-1]) if path else spec.name):
        # Lengths in falling order, none of them zero, as packing wants them.
        longest = binding.free.get("T", 8)
        with no_dispatch(), _disable_current_modes():
            set_known(tensor, torch.arange(longest, longest - shape[0], -1).clamp(min=1))
    if watch is not None:
        watch.argument(path, tensor)
    return tensor
