"""How values are written for people: `f32[B, 16, 28, 28]`. Pure; the editor and the command line show the same text.

An unknown dimension is `?`, an unknown rank `…`, and a tensor whose dtype nobody knows starts with `tensor`.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    "uint64": "u64",
    "uint32": "u32",
    "uint16": "u16",
    "uint8": "u8",
    "complex128": "c128",
    "complex64": "c64",
    "complex32": "c32",
    "float8_e4m3fn": "f8e4m3",
    "float8_e5m2": "f8e5m2",
}
_USUAL = {
    "stride": ("1", "(1,)", "(1, 1)", "(1, 1, 1)"),
    "padding": ("0", "(0,)", "(0, 0)", "(0, 0, 0)"),
    "dilation": ("1", "(1,)", "(1, 1)", "(1, 1, 1)"),
    "output_padding": ("0", "(0,)", "(0, 0)", "(0, 0, 0)"),
    "transposed": ("True", "False"),
    "groups": ("1",),
    "padding_mode": ("'zeros'",),
    "bias": ("True",),
    "inplace": ("False",),
    "eps": ("1e-05",),
    "momentum": ("0.1",),
    "affine": ("True",),
    "track_running_stats": ("True",),
    "elementwise_affine": ("True",),
    "ceil_mode": ("False",),
    "count_include_pad": ("True",),
    "return_indices": ("False",),
    "divisor_override": ("None",),
    "padding_idx": ("None",),
    "max_norm": ("None",),
    "norm_type": ("2.0",),
    "scale_grad_by_freq": ("False",),
    "sparse": ("False",),
    "proj_size": ("0",),
    "mode": ("'LSTM'", "'GRU'", "'RNN_TANH'"),
    "num_layers": ("1",),
    "bias_k": ("None",),
    "bias_v": ("None",),
    "add_zero_attn": ("False",),
    "dropout": ("0.0", "0"),
    "reduction": ("'mean'",),
    "ignore_index": ("-100",),
    "label_smoothing": ("0.0",),
}
_ITEMS = 4
_TEXT = 40


def dtype_text(dtype: str | None) -> str:
    """The short name of a torch dtype: `float32` is `f32`. `bool` and names without a short form stay as they are."""
    return "tensor" if dtype is None else _SHORT.get(dtype, dtype)


def dims(fact: wire.TensorFact) -> tuple[str, ...] | None:
    """Each dimension as it is shown: its symbol, its size, or `?`. None where not even the rank is known."""
    if fact.shape is None:
        return None
    symbols: Sequence[str] = fact.symbols or ()
    return tuple(
        symbol if (symbol := symbols[index] if index < len(symbols) else "") else "?" if size is None else str(size)
        for index, size in enumerate(fact.shape)
    )


def shape_text(fact: wire.TensorFact) -> str:
    """Only the shape: `[B, 16, 28, 28]`."""
    known = dims(fact)
    return "[…]" if known is None else f"[{', '.join(known)}]"


def symbolic_text(fact: wire.TensorFact) -> str:
    """The shape as a Python tuple: `(B, 16, 28, 28)`, `(10,)`."""
    known = dims(fact)
    if known is None:
        return "(...)"
    return f"({known[0]},)" if len(known) == 1 else f"({', '.join(known)})"


def tensor_text(fact: wire.TensorFact) -> str:
    """A tensor: `f32[B, 16, 28, 28]`."""
    return dtype_text(fact.dtype) + shape_text(fact)


def module_text(module: wire.ModuleFact) -> str:
    """A module with the settings that its constructor stored, the usual ones left out:
    `Conv2d(in_channels=3, out_channels=16, kernel_size=(3, 3))`."""
    told = ((name, value) for name, value in module.settings.items() if value not in _USUAL.get(name, ()))
    settings = ", ".join(f"{name}={value}" for name, value in told)
    return f"{short_name(module.type)}({settings})"


def short_name(dotted: str) -> str:
    """The last part of a dotted name."""
    return dotted.rpartition(".")[2]


def value_text(value: wire.Value) -> str:
    """Any value in a few words: tensors, tuples and dicts of them, modules, numbers."""
    if value.kind == "tensor":
        return tensor_text(value.tensor) if value.tensor else "tensor[…]"
    if value.kind == "array":
        return f"ndarray {tensor_text(value.tensor)}" if value.tensor else "ndarray"
    if value.kind == "module":
        return short_name(value.module.type if value.module else value.type)
    if value.kind == "sequence":
        return _sequence_text(value)
    if value.kind == "mapping":
        return _mapping_text(value)
    if value.kind == "unknown":
        return "?"
    return _clip(value.text) or short_name(value.type)


def holds_tensor(value: wire.Value) -> bool:
    """Whether a tensor or an array is in the value, however deep."""
    return value.kind in ("tensor", "array") or any(holds_tensor(item) for item in value.items)


def count_text(count: int) -> str:
    """A number of parameters with thousands marked: `11,689,512`."""
    return f"{count:,}"


def _sequence_text(value: wire.Value) -> str:
    length = len(value.items) if value.length is None else value.length
    texts = _repeated([value_text(item) for item in value.items], length)
    name = short_name(value.type)
    if name == "tuple":
        return f"({texts[0]},)" if length == 1 and len(texts) == 1 else f"({', '.join(texts)})"
    body = f"[{', '.join(texts)}]"
    return body if name == "list" else f"{name}{body}"


def _mapping_text(value: wire.Value) -> str:
    pairs = [f"{key}: {value_text(item)}" for key, item in zip(value.keys, value.items, strict=False)]
    length = len(value.items) if value.length is None else value.length
    shown = pairs[:_ITEMS] + (["…"] if length > min(len(pairs), _ITEMS) else [])
    name = short_name(value.type)
    return ("" if name == "dict" else name) + "{" + ", ".join(shown) + "}"


def _repeated(texts: list[str], length: int) -> list[str]:
    """At most four items; a run of equal ones is written once."""
    if len(texts) > 2 and len(set(texts)) == 1:
        return [f"{texts[0]} × {length}"]
    return texts[:_ITEMS] + (["…"] if length > min(len(texts), _ITEMS) else [])


def _clip(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"
