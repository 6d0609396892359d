"""Names for dimensions: the free sizes of a target are unlikely numbers, so a dimension of that size is that one."""

from __future__ import annotations

from dataclasses import replace

from shapewright import wire


def named(value: wire.Value, names: dict[int, str]) -> wire.Value:
    """`value` with a name for every dimension whose size has one."""
    if not names:
        return value
    items = tuple(named(item, names) for item in value.items)
    tensor = value.tensor
    if tensor is not None and tensor.shape is not None and any(size in names for size in tensor.shape):
        text = tuple("?" if size is None else names.get(size, str(size)) for size in tensor.shape)
        tensor = replace(tensor, symbols=text)
    return replace(value, items=items, tensor=tensor)
