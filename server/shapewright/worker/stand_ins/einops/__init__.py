"""einops where it is missing: the same results and refusals, through torch's own operations."""

from __future__ import annotations

import math
import string
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.einops.patterns import REDUCTIONS, EinopsError, Recipe, check, parse, recipe, refuse
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, real


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor) or type(value).__name__ == "ndarray"


def reduce(tensor: Any, pattern: str, reduction: Any, **axes_lengths: Any) -> Any:
    """`einops.reduce`, and with the operations `rearrange` and `repeat` the other two."""
    if isinstance(tensor, (list, tuple)):
        if not tensor:
            raise real(TypeError("Rearrange/Reduce/Repeat can't be applied to an empty list"))
        if any(is_unknown(t) for t in tensor):
            return Unknown("tensor")
        tensor = torch.stack(list(tensor)) if isinstance(tensor[0], torch.Tensor) else kit.numpy().stack(tensor)
    if is_unknown(pattern) or not _is_tensor(tensor):
        return Unknown("tensor")
    try:
        left, right = check(pattern, reduction, tuple(axes_lengths))
        steps = recipe(left, right, tuple(tensor.shape), axes_lengths)
    except EinopsError as error:
        operation = reduction if isinstance(reduction, str) else getattr(reduction, "__name__", "custom")
        shape = f"torch.Size({list(tensor.shape)})" if isinstance(tensor, torch.Tensor) else tuple(tensor.shape)
        where = f' Error while processing {operation}-reduction pattern "{pattern}".\n Input tensor shape: {shape}. '
        raise refuse(f"{where}Additional info: {axes_lengths}.\n {error}") from None
    if not steps.sure:
        return kit.tensor(steps.last, tensor.dtype) if isinstance(tensor, torch.Tensor) else Unknown("array")
    return (
        _applied(tensor, steps, reduction)
        if isinstance(tensor, torch.Tensor)
        else _applied_to_array(tensor, steps, reduction)
    )


def _applied(tensor: Any, steps: Recipe, reduction: Any) -> Any:
    if tuple(tensor.shape) != steps.first:
        tensor = tensor.reshape(steps.first)
    if steps.order != tuple(range(len(steps.order))):
        tensor = tensor.permute(steps.order)
    if steps.reduced:
        axes = tuple(range(tensor.dim() - steps.reduced, tensor.dim()))
        tensor = reduction(tensor, axes) if callable(reduction) else _reduced(tensor, reduction, axes)
    if steps.added:
        for position, _ in steps.added:
            tensor = tensor.unsqueeze(position)
        sizes = [-1] * tensor.dim()
        for position, size in steps.added:
            sizes[position] = size
        tensor = tensor.expand(sizes)
    return tensor if tuple(tensor.shape) == steps.last else tensor.reshape(steps.last)


def _reduced(tensor: torch.Tensor, reduction: str, axes: tuple[int, ...]) -> torch.Tensor:
    if reduction in ("min", "max"):
        return getattr(tensor, "a" + reduction)(dim=axes)
    if reduction in ("any", "all", "prod"):
        for axis in reversed(axes):
            tensor = getattr(tensor, reduction)(dim=axis)
        return tensor
    if reduction == "mean" and not tensor.is_floating_point() and not tensor.is_complex():
        raise refuse("reduce_mean is not available for non-floating tensors")
    return getattr(tensor, reduction)(dim=axes)


def _applied_to_array(array: Any, steps: Recipe, reduction: Any) -> Any:
    np = kit.numpy()
    array = array.reshape(steps.first).transpose(steps.order)
    if steps.reduced:
        axes = tuple(range(array.ndim - steps.reduced, array.ndim))
        array = reduction(array, axes) if callable(reduction) else getattr(array, reduction)(axis=axes)
    for position, _ in steps.added:
        array = np.expand_dims(array, position)
    sizes = list(array.shape)
    for position, size in steps.added:
        sizes[position] = size
    return np.broadcast_to(array, sizes).reshape(steps.last) if steps.added else array.reshape(steps.last)


def rearrange(tensor: Any, pattern: str, **axes_lengths: Any) -> Any:
    """`einops.rearrange`."""
    return reduce(tensor, pattern, "rearrange", **axes_lengths)


def repeat(tensor: Any, pattern: str, **axes_lengths: Any) -> Any:
    """`einops.repeat`."""
    return reduce(tensor, pattern, "repeat", **axes_lengths)


def einsum(*tensors_and_pattern: Any) -> Any:
    """`einops.einsum`: axes with names of any length."""
    *tensors, pattern = tensors_and_pattern
    if any(map(is_unknown, tensors_and_pattern)) or not isinstance(pattern, str):
        return Unknown("tensor")
    if "->" not in pattern:
        raise real(ValueError("Einsum pattern must contain '->'."))
    before, after = pattern.split("->")
    letters: dict[str, str] = {}

    def short(side: str, known: bool) -> str:
        text = ""
        for group in parse(side, True).groups:
            if len(group) != 1:
                raise real(NotImplementedError("Shape rearrangement is not yet supported in einsum."))
            if group[0] == "…":
                text += "..."
                continue
            if known and group[0] not in letters:
                raise refuse(f"Unknown axis {group[0]} on right side of einsum {pattern}.")
            text += letters.setdefault(group[0], string.ascii_letters[len(letters) % 52])
        return text

    compact = ",".join(short(part, False) for part in before.split(",")) + "->" + short(after, True)
    return torch.einsum(compact, *tensors)


def parse_shape(x: Any, pattern: str) -> Any:
    """Names to sizes."""
    if not _is_tensor(x):
        return Unknown("shape")
    names = [name for name in pattern.split() if name]
    shape = tuple(x.shape)
    if "..." in names:
        place = names.index("...")
        names[place : place + 1] = ["_"] * (len(shape) - len(names) + 1)
    if len(names) != len(shape):
        raise real(RuntimeError(f"Can't parse shape with different number of dimensions: {pattern} {shape}"))
    return {name: size for name, size in zip(names, shape, strict=False) if name != "_"}


def pack(tensors: Any, pattern: str) -> Any:
    """`einops.pack`."""
    if is_unknown(tensors) or any(is_unknown(t) for t in tensors):
        return Unknown("packed"), Unknown("shapes")
    before, after = _star(pattern, "pack")
    shapes: list[Any] = []
    flat: list[Any] = []
    for number, item in enumerate(tensors):
        shape = tuple(item.shape)
        if len(shape) < before + after:
            raise refuse(
                f"packed tensor #{number} (enumeration starts with 0) has shape {shape}, while pattern "
                f"{pattern} assumes at least {before + after} axes"
            )
        end = len(shape) - after
        shapes.append(torch.Size(shape[before:end]))
        flat.append(item.reshape((*shape[:before], -1, *shape[end:])))
    return torch.cat(flat, dim=before), shapes


def unpack(tensor: Any, packed_shapes: Any, pattern: str) -> Any:
    """`einops.unpack`."""
    if is_unknown(tensor) or is_unknown(packed_shapes):
        return Unknown("tensors")
    before, after = _star(pattern, "unpack")
    shape = tuple(tensor.shape)
    if len(shape) != before + 1 + after:
        raise refuse(f"unpack(..., {pattern}) received input of wrong dim with shape {shape}")
    lengths = [-1 if -1 in packed else math.prod(packed) for packed in packed_shapes]
    if lengths.count(-1) > 1:
        raise refuse(f"unpack(..., {pattern}) received more than one -1 in {packed_shapes} and can't infer dimensions")
    if -1 in lengths:
        lengths[lengths.index(-1)] = shape[before] - sum(length for length in lengths if length >= 0)
    try:
        parts = torch.split(tensor, lengths, dim=before)
        return [
            part.reshape((*shape[:before], *packed, *shape[before + 1 :]))
            for part, packed in zip(parts, packed_shapes, strict=False)
        ]
    except RuntimeError:
        raise real(
            RuntimeError(
                f'Error during unpack(..., "{pattern}"): could not split axis of size {shape[before]} into '
                f"requested {packed_shapes}"
            )
        ) from None


def _star(pattern: str, name: str) -> tuple[int, int]:
    axes = pattern.split()
    if len(axes) != len(set(axes)):
        raise refuse(f'Duplicates in axes names in {name}(..., "{pattern}")')
    if "*" not in axes:
        raise refuse(f'No *-axis in {name}(..., "{pattern}")')
    return axes.index("*"), len(axes) - axes.index("*") - 1


class Rearrange(nn.Module):
    """The layer; its pattern is checked when it is made."""

    def __init__(self, pattern: str, **axes_lengths: Any) -> None:
        super().__init__()
        self.pattern, self.axes_lengths = pattern, axes_lengths
        if not is_unknown(pattern):
            check(pattern, "rearrange", tuple(axes_lengths))

    def forward(self, input: Any) -> Any:
        """`rearrange`."""
        return rearrange(input, self.pattern, **self.axes_lengths)

    def extra_repr(self) -> str:
        """The pattern."""
        return repr(self.pattern)


class Reduce(nn.Module):
    """The layer of `reduce`."""

    def __init__(self, pattern: str, reduction: Any, **axes_lengths: Any) -> None:
        super().__init__()
        self.pattern, self.reduction, self.axes_lengths = pattern, reduction, axes_lengths
        if not is_unknown(pattern):
            check(pattern, reduction, tuple(axes_lengths))

    def forward(self, input: Any) -> Any:
        """`reduce`."""
        return reduce(input, self.pattern, self.reduction, **self.axes_lengths)


def asnumpy(tensor: Any) -> Any:
    """A NumPy array."""
    return tensor.detach().cpu().numpy() if isinstance(tensor, torch.Tensor) else tensor


kit.named("einops.layers.torch", Rearrange, Reduce)


def _names() -> kit.Names:
    functions = (rearrange, reduce, repeat, einsum, parse_shape, pack, unpack, asnumpy)
    return {"EinopsError": EinopsError, "__version__": "0.8.0", **{f.__name__: f for f in functions}}


MODULES: kit.Modules = {
    "einops": _names,
    "einops.einops": _names,
    "einops.layers": dict,
    "einops.layers.torch": lambda: {"Rearrange": Rearrange, "Reduce": Reduce},
}
__all__ = ["MODULES", "REDUCTIONS"]
