"""The layer that takes an argument first, and the shapes that it takes."""

from __future__ import annotations

import inspect
import re
from typing import Any

from torch import nn

from shapewright import wire
from shapewright.worker.targets import sizes
from shapewright.worker.targets.usage import Sources, Use

Shapes = tuple[tuple[wire.Dim, ...], ...]
LABELS = re.compile(r"^(y|labels?|targets?|gt|ground_?truth|y_?true|classes|class_?labels?)$", re.I)
SEQUENCE = re.compile(
    r"^(q|k|v|query|keys?|values?|queries|memory|context|encoder_?out\w*|enc_?out\w*|hidden_states|seq\w*|embed\w*|source|encoder_?hidden_?states?"
    r"|(\w+_)?tokens|residual|sequences?|patches)$",
    re.I,
)

TELLING = (
    nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d, nn.Linear, nn.RNNBase,
    nn.RNNCellBase, nn.MultiheadAttention, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.LayerNorm, nn.Embedding,
    nn.EmbeddingBag, nn.GroupNorm, nn.InstanceNorm2d, nn.Bilinear,
)  # fmt: skip
ATTENDING = (nn.MultiheadAttention, nn.Transformer, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)
_SEQUENTIAL = (nn.RNNBase, nn.MultiheadAttention, nn.LayerNorm, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)


def first_layer(holder: Any, use: Use, sources: Sources, depth: int = 4) -> nn.Module | None:
    """The layer of the library that takes the argument first, as far as the text shows it."""
    for attribute, position in use.layers:
        found = getattr(holder, attribute, None)
        if isinstance(found, nn.Module):
            layer = _innermost(found, position, sources, depth)
            if layer is not None:
                return layer
        elif depth and callable(found) and (function := getattr(found, "__func__", None)) is not None:
            name = _parameter_at(function, position + 1)
            inner = first_layer(holder, sources.use(function, name), sources, depth - 1) if name else None
            if inner is not None:
                return inner
    return None


def _innermost(module: nn.Module, position: int, sources: Sources, depth: int) -> nn.Module | None:
    if isinstance(module, TELLING) or is_rearranging(module):
        return module
    if isinstance(module, nn.Sequential):
        for child in module:
            if is_rearranging(child):
                return child
            if any(True for _ in child.parameters(recurse=True)):
                return _innermost(child, 0, sources, depth)
        return None
    if not depth or type(module).__module__.startswith("torch.nn"):
        return next((m for m in module.modules() if isinstance(m, TELLING)), None)
    name = _parameter_at(type(module).forward, position + 1)
    return first_layer(module, sources.use(type(module).forward, name), sources, depth - 1) if name else None


def _parameter_at(function: Any, position: int) -> str:
    try:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind in (0, 1)]
    except (TypeError, ValueError):
        return ""
    return names[position] if position < len(names) else ""


def is_rearranging(module: nn.Module) -> bool:
    """A layer of einops: its pattern names the dimensions that it takes."""
    return type(module).__name__ in {"Rearrange", "Reduce"} and isinstance(getattr(module, "pattern", None), str)


def rearranged(layer: Any) -> tuple[wire.Dim, ...] | None:
    """What the pattern of such a layer takes; each axis is free."""
    left = str(layer.pattern).partition("->")[0]
    if "..." in left:
        return None
    groups = re.findall(r"\([^)]*\)|\S+", left)
    lengths = {k: v for k, v in dict(getattr(layer, "axes_lengths", {})).items() if isinstance(v, int)}
    found: list[int | str] = []
    for group in groups:
        names = group.strip("()").split()
        free = [n for n in names if n not in lengths and not n.isdigit()]
        known = 1
        for n in names:
            known *= lengths.get(n, int(n) if n.isdigit() else 1)
        if not free:
            found.append(known)
        else:
            spatial = {"h": "H", "w": "W", "f": "frames", "t": "T", "b": "B", "c": "C"}
            found.append(spatial.get(free[0]) or free[0])
    return sizes.dims(*found)


def taken_by(layer: nn.Module, holder: Any, modules: list[nn.Module], name: str) -> tuple[Shapes, str | None] | None:
    """What a layer takes."""
    d = sizes.dims
    if is_rearranging(layer):
        pattern = rearranged(layer)
        return None if pattern is None else ((pattern,), None)
    if isinstance(layer, nn.Embedding) and LABELS.match(name):
        return (d("B"), d("B", "T")), "int64"
    if isinstance(layer, nn.Embedding):
        ordered = [m.batch_first for m in modules if isinstance(m, (nn.RNNBase, nn.MultiheadAttention))]
        return (d("B", "T") if not ordered or any(ordered) else d("T", "B"), d("B")), "int64"
    if isinstance(layer, nn.EmbeddingBag):
        return (d("B", "T"), d("T")), "int64"
    if isinstance(layer, nn.Linear):
        flat, sequence = d("B", layer.in_features), d("B", "T", layer.in_features)
        if SEQUENCE.match(name) or any(isinstance(m, _SEQUENTIAL) for m in modules):
            return (sequence, flat), None
        return (flat, sequence), None
    if isinstance(layer, nn.RNNBase):
        return (d("B", "T", layer.input_size) if layer.batch_first else d("T", "B", layer.input_size),), None
    if isinstance(layer, nn.RNNCellBase):
        return (d("B", layer.input_size),), None
    if isinstance(layer, nn.MultiheadAttention):
        return (d("B", "T", layer.embed_dim) if layer.batch_first else d("T", "B", layer.embed_dim),), None
    if isinstance(layer, nn.LayerNorm):
        shape = [int(s) for s in layer.normalized_shape]
        return (d("B", *shape) if len(shape) > 1 else d("B", "T", *shape), d("B", *shape)), None
    if isinstance(layer, nn.modules.conv._ConvNd):
        return (convolved(layer),), None
    if isinstance(layer, nn.BatchNorm1d):
        return (d("B", layer.num_features), d("B", layer.num_features, "T")), None
    if isinstance(layer, nn.BatchNorm3d):
        return (d("B", layer.num_features, "depth", "H", "W"),), None
    if isinstance(layer, (nn.BatchNorm2d, nn.InstanceNorm2d)):
        return (d("B", layer.num_features, "H", "W"),), None
    if isinstance(layer, nn.GroupNorm):
        return (d("B", layer.num_channels, "H", "W"), d("B", layer.num_channels, "T")), None
    if isinstance(layer, nn.Bilinear):
        return (d("B", layer.in1_features),), None
    return None


def convolved(layer: Any) -> tuple[wire.Dim, ...]:
    """What a convolution takes. The first transposed one of a generator makes a map of one noise vector."""
    rank = len(layer.kernel_size)
    spatial: tuple[int | str, ...] = ("T",) if rank == 1 else ("H", "W") if rank == 2 else ("depth", "H", "W")
    if layer.transposed and max(layer.stride) == 1 and max(layer.padding) == 0 and min(layer.kernel_size) > 1:
        spatial = (1,) * rank
    return sizes.dims("B", layer.in_channels, *spatial)
