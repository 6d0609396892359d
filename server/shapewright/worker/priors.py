"""First guesses for arguments that nobody described: by the argument's name and by the layers of the module."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from shapewright import wire

if TYPE_CHECKING:
    from shapewright.worker.probing import Probe
    from shapewright.worker.search import Plan

_IDS = re.compile(
    r"ids?$|^idx|index|tokens?$|^text|labels?$|^target|users?$|items?$|^src$|^tgt$|^trg$|words?$|seqs?$|edge_index",
    re.I,
)
_IMAGE = re.compile(r"im(g|age)s?|pixel|pictures?|photos?", re.I)
_TIME = re.compile(r"^t$|timesteps?$|^time$", re.I)


def dims(*sizes: int | str) -> tuple[wire.Dim, ...]:
    """A shape of ints and names."""
    return tuple(wire.Dim("int", value=s) if isinstance(s, int) else wire.Dim("sym", s) for s in sizes)


def guess(parameter: inspect.Parameter, known: wire.Declared | None, holder: Any) -> wire.Declared | None:
    """A declaration to start the search with."""
    modules = list(holder.modules()) if isinstance(holder, nn.Module) else []
    name = parameter.name
    annotation = str(parameter.annotation)
    if annotation in {"<class 'int'>", "int"}:
        return wire.Declared(name, "value", literal="4", source="layers")
    if annotation in {"<class 'bool'>", "bool"}:
        return wire.Declared(name, "value", literal="False", source="layers")
    shapes, dtype = _start(name, modules)
    if known is not None and known.alternatives:
        shapes = known.alternatives
    if known is not None and known.dtype:
        dtype = known.dtype
    return wire.Declared(name, "tensor", shapes, dtype, source="layers", span=known.span if known else None)


def _start(name: str, modules: list[nn.Module]) -> tuple[tuple[tuple[wire.Dim, ...], ...], str | None]:
    def first(*kinds: type) -> Any:
        return next((m for m in modules if isinstance(m, kinds)), None)

    embedding = first(nn.Embedding)
    if _IDS.search(name) and embedding is not None:
        return (dims("B", "T"), dims("B")), "int64"
    if _TIME.search(name):
        return (dims("B"),), None
    conv = first(nn.Conv2d, nn.ConvTranspose2d)
    flat = next(
        (
            m
            for m in modules
            if isinstance(
                m,
                (
                    nn.Conv1d,
                    nn.Conv2d,
                    nn.Conv3d,
                    nn.ConvTranspose2d,
                    nn.Linear,
                    nn.RNNBase,
                    nn.MultiheadAttention,
                    nn.BatchNorm2d,
                    nn.BatchNorm1d,
                    nn.LayerNorm,
                ),
            )
        ),
        None,
    )
    if isinstance(flat, nn.Linear):
        shapes = (dims("B", flat.in_features), dims("B", "T", flat.in_features))
        return (*shapes, dims("B", flat.in_features, "H", "W")), None
    if isinstance(flat, nn.RNNBase):
        return (dims("B", "T", flat.input_size),), None
    if isinstance(flat, nn.MultiheadAttention):
        return (dims("B", "T", flat.embed_dim),), None
    if isinstance(flat, nn.LayerNorm):
        return (dims("B", "T", int(flat.normalized_shape[-1])), dims("B", int(flat.normalized_shape[-1]))), None
    if isinstance(flat, nn.Conv1d):
        return (dims("B", flat.in_channels, "T"),), None
    if isinstance(flat, nn.Conv3d):
        return (dims("B", flat.in_channels, "D", "H", "W"),), None
    if isinstance(flat, (nn.BatchNorm2d, nn.BatchNorm1d)):
        return (dims("B", flat.num_features, "H", "W"), dims("B", flat.num_features)), None
    if conv is not None or _IMAGE.search(name):
        return (dims("B", conv.in_channels if conv is not None else 3, "H", "W"),), None
    return (dims("B", "D"), dims("B", "T", "D"), dims("B", "C", "H", "W"), dims("B")), None


def alternatives(plan: Plan, reached: Probe) -> Iterator[Plan]:
    """Other declarations for the guessed inputs, from the channels and features of the module's other layers."""
    for name, declared in plan.inputs.items():
        if declared.source != "layers" or declared.kind != "tensor":
            continue
        if declared.dtype is None and reached.stop is not None and torch.float32 in reached.stop.dtypes:
            changed = plan.copy()
            changed.inputs[name] = replace(declared, dtype="int64", alternatives=(dims("B", "T"), dims("B")))
            yield changed
        for shape in (reached.stop.shapes if reached.stop is not None else ())[1:2]:
            for size in dict.fromkeys(shape):
                changed = plan.copy()
                options = [dims("B", size), dims("B", "T", size), dims("B", size, "H", "W"), dims("B", size, "T")]
                for option in options:
                    changed = plan.copy()
                    changed.inputs[name] = replace(declared, alternatives=(option,))
                    changed.choice[name] = 0
                    yield changed


__all__ = ["alternatives", "dims", "guess"]
