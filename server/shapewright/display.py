"""How a value is written for people: `f32[B, 16, 28, 28]`. Every presenter and every message writes it alike."""

from __future__ import annotations

from shapewright import wire

_SHORT = {
    "float64": "f64",
    "float32": "f32",
    "float16": "f16",
    "bfloat16": "bf16",
    "int64": "i64",
    "int32": "i32",
    "int16": "i16",
    "int8": "i8",
    "uint8": "u8",
    "complex64": "c64",
    "complex128": "c128",
}
_LONG = {short: long for long, short in _SHORT.items()}
_MOST_ITEMS = 6


def short_dtype(dtype: str | None) -> str:
    """`float32` as `f32`; a dtype without a short name as it is; `?` where it is not known."""
    return _SHORT.get(dtype, dtype) if dtype else "?"


def long_dtype(text: str) -> str:
    """`f32` as `float32`; anything else as it is."""
    return _LONG.get(text, text)


def dims(fact: wire.TensorFact) -> tuple[str, ...] | None:
    """Each dimension as text: its symbol, its size, or `?` where it is only a guess. None where not even the rank is known."""
    if fact.shape is None:
        return None
    if fact.symbols is not None and len(fact.symbols) == len(fact.shape):
        return fact.symbols
    return tuple("?" if size is None else str(size) for size in fact.shape)


def symbolic(fact: wire.TensorFact) -> str:
    """The shape as a Python tuple of dimensions: `(B, 16)`, `(B,)`, `()`."""
    parts = dims(fact)
    if parts is None:
        return "(...)"
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def shape(fact: wire.TensorFact) -> str:
    """The shape in brackets: `[B, 16]`, `[]` for a scalar, `[...]` where the rank is not known."""
    parts = dims(fact)
    return "[...]" if parts is None else f"[{', '.join(parts)}]"


def tensor(fact: wire.TensorFact) -> str:
    """`f32[B, 16]`, with the device behind it where that is not the CPU."""
    text = short_dtype(fact.dtype) + shape(fact)
    return text if fact.device in ("cpu", "") else f"{text} {fact.device}"


def value(item: wire.Value) -> str:
    """Any value in one line."""
    if item.tensor is not None:
        return f"ndarray {tensor(item.tensor)}" if item.kind == "array" else tensor(item.tensor)
    if item.kind in ("number", "text"):
        return item.text or item.type
    if item.kind == "module":
        return item.module.type if item.module else item.type
    if item.kind == "mapping":
        return f"{{{', '.join(f'{k}: {value(v)}' for k, v in zip(item.keys, item.items, strict=False))}{_rest(item)}}}"
    if item.kind == "sequence":
        inner = ", ".join(value(v) for v in item.items[:_MOST_ITEMS]) + _rest(item)
        if item.type == "tuple":
            return f"({inner},)" if len(item.items) == 1 else f"({inner})"
        return f"[{inner}]"
    if item.kind == "unknown":
        return "unknown"
    return item.text or item.type


def _rest(item: wire.Value) -> str:
    length = item.length if item.length is not None else len(item.items)
    return ", …" if length > min(len(item.items), _MOST_ITEMS) else ""
