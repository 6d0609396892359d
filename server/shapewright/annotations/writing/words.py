"""A value in words that the readers understand: `(B, 3, H/2)`, `int64 (B, T)`, `tuple of (B, 5) and (B, 7)`."""

from __future__ import annotations

from shapewright import show, wire
from shapewright.annotations import dims
from shapewright.annotations.dims import Shape

_USUAL = (None, "float32")


def said(value: wire.Value) -> str | None:
    """The words; None for what has none: an unknown size, a number, a tuple in a tuple."""
    tensor = _tensor(value)
    if tensor is not None:
        return tensor
    if value.kind == "mapping" and value.items and len(value.items) == len(value.keys):
        found = [_tensor(item) for item in value.items]
        if None in found or not all(key.isidentifier() for key in value.keys):
            return None
        return "dict of " + ", ".join(f'"{key}": {text}' for key, text in zip(value.keys, found, strict=True))
    if value.kind != "sequence" or not value.items or value.length not in (None, len(value.items)):
        return None
    items = [text for text in map(_tensor, value.items) if text is not None]
    if len(items) < len(value.items):
        return None
    if show.short_name(value.type) == "tuple" and len(items) > 1:
        return f"tuple of {', '.join(items[:-1])} and {items[-1]}"
    return f"list of {items[0]} tensors" if len(set(items)) == 1 and show.short_name(value.type) == "list" else None


def typed(value: wire.Value) -> str | None:
    """The words where a type stands, as in NumPy's style: `Tensor of shape (B, T), int64`."""
    if value.kind != "tensor":
        return said(value)
    shape = written(value.tensor)
    return None if shape is None else f"Tensor of shape {shape}{dtype_behind(value)}"


def dtype_behind(value: wire.Value) -> str:
    """`, int64`; nothing for the usual dtype."""
    dtype = value.tensor.dtype if value.tensor else None
    return "" if dtype in _USUAL else f", {dtype}"


def written(fact: wire.TensorFact | None) -> str | None:
    """The shape as a tuple; None where it is not known whole, or no reader would take it for one."""
    shape = shape_of(fact)
    return None if shape is None else dims.show(shape)


def shape_of(fact: wire.TensorFact | None) -> Shape | None:
    """The dimensions of a tensor as the grammar has them."""
    known = show.dims(fact) if fact is not None else None
    if known is None:
        return None
    found = [dims.one(text) for text in known]
    shape = tuple(dim for dim in found if dim is not None and dim.kind in ("int", "sym", "expr"))
    return shape if len(shape) == len(known) else None


def _tensor(value: wire.Value) -> str | None:
    text = written(value.tensor) if value.kind == "tensor" else None
    if value.tensor is None or text is None:
        return None
    # Numbers alone could be anything, and so could one word.
    known = show.dims(value.tensor) or ()
    plain = len(known) < 2 or all(size.isdecimal() for size in known)
    word = "" if value.tensor.dtype in _USUAL else f"{value.tensor.dtype} "
    return f"{word}shape {text}" if plain else f"{word}{text}"
