"""What is known of a tensor beside what the fake itself says: carried on the tensor, in one attribute.

A fake tensor has a shape and a dtype. What it cannot have is kept here: values where they are known, whether the shape
is a guess, the logical device, and how the tensor came to be.
"""

from __future__ import annotations

from typing import Any

import torch

from shapewright import wire
from shapewright.worker.sites import Where
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

ATTRIBUTE = "_sw"
no_dispatch = torch._C.DisableTorchFunction  # reading a shape must not come back through our own mode
_new_object = object.__new__


class Node:
    """One step in the life of a tensor: the operation that made it, where, and from which tensors."""

    __slots__ = ("dtype", "op", "parents", "path", "requires_grad", "shape", "where")

    def __init__(self, op: str, path: str, at: Where | None, tensor: torch.Tensor, parents: tuple[Node, ...]) -> None:
        self.op, self.path, self.where, self.parents = op, path, at, parents
        self.shape, self.dtype, self.requires_grad = tuple(tensor.shape), tensor.dtype, tensor.requires_grad

    def __deepcopy__(self, memo: Any) -> Node:
        return self


MENDED, GUESSED = 1, 2
FLOATS_KEPT, INTEGERS_KEPT = 1 << 11, 1 << 16


class Info:
    """Side facts of one tensor.

    `soft`: the shape is a guess, and so is whatever is computed from it. `soft_dtype`: the dtypes that it may have,
    where nobody knows which. `known`: the values, as a real tensor, valid while the version counter is
    `version`. `drawn`: they are one sample of integers drawn at
    random, good for asking whether an index fits, not for taking a branch. `device`: the logical device, None for the
    CPU. `mended`: MENDED where a failed call lies behind it, so that what autograd misses in it is no mistake of its
    own; GUESSED where the shape that the call should have given is not sure.
    `late_error`: what eager PyTorch will raise once `backward` goes through it.
    """

    __slots__ = ("device", "drawn", "known", "late_error", "mended", "node", "soft", "soft_dtype", "version")

    def __init__(self) -> None:
        self.soft = self.drawn = False
        self.soft_dtype: tuple[torch.dtype, ...] = ()
        self.mended = 0
        self.known: torch.Tensor | None = None
        self.version = 0
        self.device: str | None = None
        self.late_error: Exception | None = None
        self.node: Node | None = None

    def __deepcopy__(self, memo: Any) -> Info:
        copy = Info()
        copy.soft, copy.soft_dtype, copy.mended, copy.device, copy.node = (
            self.soft,
            self.soft_dtype,
            self.mended,
            self.device,
            self.node,
        )
        copy.known, copy.version, copy.drawn = self.known, self.version, self.drawn
        return copy

    def __reduce__(self) -> Any:
        return Info, ()


def info_of(tensor: torch.Tensor) -> Info | None:
    """The side facts, or None where nothing was attached yet."""
    return getattr(tensor, ATTRIBUTE, None)


def ensure_info(tensor: torch.Tensor) -> Info:
    """The side facts, made where there are none."""
    info: Info | None = getattr(tensor, ATTRIBUTE, None)
    if info is None:
        info = Info()
        setattr(tensor, ATTRIBUTE, info)
    return info


def may_be_kept(tensor: torch.Tensor) -> bool:
    """Whether a tensor is small enough for its values to be kept. Labels and indices may be many: they decide whether
    later calls raise, and hardly any other values do."""
    plain = tensor.is_floating_point() or tensor.is_complex()
    return tensor.numel() <= (FLOATS_KEPT if plain else INTEGERS_KEPT)


def known_values(tensor: torch.Tensor) -> torch.Tensor | None:
    """The tensor's values as a real tensor where they are known, else None. Not to be changed by the caller."""
    info = info_of(tensor)
    return None if info is None or info.drawn else sample_values(tensor)


def sample_values(tensor: torch.Tensor) -> torch.Tensor | None:
    """The known values, or a sample of drawn ones."""
    info = info_of(tensor)
    if info is None or info.known is None:
        return None
    with no_dispatch():
        if info.version != _version(tensor) or info.known.dtype != tensor.dtype or info.known.shape != tensor.shape:
            return None
    return info.known


def set_known(tensor: torch.Tensor, values: torch.Tensor | None, drawn: bool = False) -> None:
    """Attach values (a real tensor of the same shape and dtype)."""
    info = ensure_info(tensor)
    info.known, info.drawn = values, drawn
    with no_dispatch():
        info.version = _version(tensor)


def _version(tensor: torch.Tensor) -> int:
    """The version counter; an inference tensor has none and cannot be changed outside of inference mode."""
    return 0 if tensor.is_inference() else tensor._version


def is_soft(tensor: torch.Tensor) -> bool:
    """Whether the shape is a guess."""
    info = info_of(tensor)
    if info is not None and info.soft:
        return True
    with no_dispatch():
        return any(size >= MAGIC and size % MAGIC == 0 for size in tensor.shape)


# ------------------------------------------------------------------------------------------------- values for people


def dtype_name(dtype: torch.dtype) -> str:
    """`float32`."""
    return str(dtype).removeprefix("torch.")


def tensor_fact(tensor: torch.Tensor) -> wire.TensorFact:
    """Shape, dtype and logical device; dimensions that are only a guess are None."""
    info = info_of(tensor)
    with no_dispatch():
        shape = tuple(None if size >= MAGIC and size % MAGIC == 0 else int(size) for size in tensor.shape)
        dtype, requires_grad, device = tensor.dtype, tensor.requires_grad, tensor.device.type
    if info is not None and info.soft and None not in shape:
        shape = tuple(None for _ in shape)
    logical = (info.device if info is not None else None) or ("cpu" if device == "meta" else device)
    soft_dtype = info is not None and bool(info.soft_dtype)
    return wire.TensorFact(shape, None if soft_dtype else dtype_name(dtype), logical, None, requires_grad)


def describe(value: Any, depth: int = 2) -> wire.Value | None:
    """What can be shown of a value; None where there is nothing to show."""
    kind = type(value)
    if isinstance(value, torch.Tensor):
        return wire.Value(
            "tensor", "Parameter" if isinstance(value, torch.nn.Parameter) else "Tensor", tensor_fact(value)
        )
    if kind is Unknown:
        return wire.Value("unknown", "unknown")
    if kind is SoftInt:
        return wire.Value("number", "int", text="?")
    if kind is bool or kind is int or kind is float:
        return wire.Value("number", kind.__name__, text=repr(value))
    if isinstance(value, torch.nn.Module):
        return wire.Value("module", kind.__name__, module=module_fact(value))
    if kind.__name__ == "ndarray" and hasattr(value, "dtype"):
        return wire.Value("array", "ndarray", wire.TensorFact(tuple(int(s) for s in value.shape), str(value.dtype)))
    if isinstance(value, (tuple, list)) and depth:
        items = [describe(item, depth - 1) for item in value[:8]]
        if all(item is None for item in items) and value:
            return None
        filled = tuple(item or wire.Value("other", type(v).__name__) for item, v in zip(items, value, strict=False))
        return wire.Value("sequence", kind.__name__, items=filled, length=len(value))
    if isinstance(value, dict) and depth:
        pairs = [(str(k), d) for k, v in list(value.items())[:12] if (d := describe(v, depth - 1)) is not None]
        if not pairs:
            return None
        return wire.Value(
            "mapping",
            kind.__name__,
            items=tuple(d for _, d in pairs),
            keys=tuple(k for k, _ in pairs),
            length=len(value),
        )
    if isinstance(value, (torch.dtype, torch.device)):
        return wire.Value("other", kind.__name__, text=str(value))
    return None


_PLAIN = (bool, int, float, str, type(None))


def module_fact(module: torch.nn.Module, path: str = "") -> wire.ModuleFact:
    """Class, settings and parameters of a module, without its children's."""
    settings: dict[str, str] = {}
    for name, value in vars(module).items():
        if name.startswith("_") or name in {"training", "dump_patches", "call_super_init"}:
            continue
        if isinstance(value, _PLAIN) or (isinstance(value, tuple) and all(isinstance(v, _PLAIN) for v in value)):
            settings[name] = repr(value)
    own = getattr(module, "_parameters", None) or {}
    parameters = {
        n: tensor_fact(p) for n, p in own.items() if isinstance(p, torch.Tensor) and "Uninit" not in type(p).__name__
    }
    count = parameter_count(module, set())
    library = type(module).__module__.split(".")[0] == "torch"
    return wire.ModuleFact(type(module).__name__, path, settings, parameters, count, library)


def parameter_count(module: torch.nn.Module, seen: set[int], below: bool = True) -> int:
    """Elements in the parameters of a module, and of all below it, that were not seen yet. It may be half made."""
    held = vars(module)
    count = 0
    for parameter in (held.get("_parameters") or {}).values():
        if isinstance(parameter, torch.Tensor) and id(parameter) not in seen:
            seen.add(id(parameter))
            with no_dispatch():
                count += 0 if "Uninit" in type(parameter).__name__ else parameter.numel()
    for child in (held.get("_modules") or {}).values() if below else ():
        if isinstance(child, torch.nn.Module) and id(child) not in seen:
            seen.add(id(child))
            count += parameter_count(child, seen)
    return count
