"""EfficientNet V1 and V2."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.vision.nets.blocks import (
    ConvNormActivation,
    SqueezeExcitation,
    StochasticDepth,
    divisible,
)


class MBConv(nn.Module):
    """Inverted residual with squeeze and excitation; `fused`: one convolution in the place of two."""

    def __init__(
        self, inp: int, out: int, expand: float, kernel: int, stride: int, fused: bool, probability: float, norm: Any
    ) -> None:
        super().__init__()
        self.use_res_connect = stride == 1 and inp == out
        expanded = divisible(inp * expand)
        conv = partial(ConvNormActivation, norm_layer=norm)
        layers: list[nn.Module] = []
        if fused:
            if expanded != inp:
                layers += [
                    conv(inp, expanded, kernel, stride, activation_layer=nn.SiLU),
                    conv(expanded, out, 1, activation_layer=None),
                ]
            else:
                layers.append(conv(inp, out, kernel, stride, activation_layer=nn.SiLU))
        else:
            if expanded != inp:
                layers.append(conv(inp, expanded, 1, activation_layer=nn.SiLU))
            layers.append(conv(expanded, expanded, kernel, stride, groups=expanded, activation_layer=nn.SiLU))
            layers.append(SqueezeExcitation(expanded, max(1, inp // 4), activation=partial(nn.SiLU, inplace=True)))
            layers.append(conv(expanded, out, 1, activation_layer=None))
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(probability, "row")
        self.out_channels = out

    def forward(self, x: Any) -> Any:
        """The block's output."""
        out = self.block(x)
        return self.stochastic_depth(out) + x if self.use_res_connect else out


Stage = tuple[float, int, int, int, int, int, bool]
"""Expansion, kernel, stride, channels in and out, layers, fused."""


class EfficientNet(nn.Module):
    """EfficientNet, by its stages."""

    def __init__(
        self, stages: list[Stage], dropout: float, stochastic_depth_prob: float = 0.2, num_classes: int = 1000,
        norm_layer: Any = None, last_channel: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        layers: list[nn.Module] = [ConvNormActivation(3, stages[0][3], 3, 2, norm_layer=norm, activation_layer=nn.SiLU)]
        for expand, kernel, stride, inp, out, count, fused in stages:
            layers.append(nn.Sequential(*(
                MBConv(inp if i == 0 else out, out, expand, kernel, stride if i == 0 else 1, fused,
                stochastic_depth_prob, norm) for i in range(count)
            )))  # fmt: skip
        channels = stages[-1][4]
        last = last_channel or 4 * channels
        layers.append(ConvNormActivation(channels, last, 1, norm_layer=norm, activation_layer=nn.SiLU))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(dropout, inplace=True), nn.Linear(last, num_classes))

    def forward(self, x: Any) -> Any:
        """Logits."""
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


_B = [
    (1, 3, 1, 32, 16, 1),
    (6, 3, 2, 16, 24, 2),
    (6, 5, 2, 24, 40, 2),
    (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3),
    (6, 5, 2, 112, 192, 4),
    (6, 3, 1, 192, 320, 1),
]
_SIZES = {
    "b0": (1.0, 1.0, 0.2), "b1": (1.0, 1.1, 0.2), "b2": (1.1, 1.2, 0.3), "b3": (1.2, 1.4, 0.3), "b4": (1.4, 1.8, 0.4),
    "b5": (1.6, 2.2, 0.4), "b6": (1.8, 2.6, 0.5), "b7": (2.0, 3.1, 0.5),
}  # fmt: skip
_V2: dict[str, tuple[list[Stage], float]] = {
    "v2_s": ([(1, 3, 1, 24, 24, 2, True), (4, 3, 2, 24, 48, 4, True), (4, 3, 2, 48, 64, 4, True), (4, 3, 2, 64, 128,
    6, False), (6, 3, 1, 128, 160, 9, False), (6, 3, 2, 160, 256, 15, False)], 0.2),
    "v2_m": ([(1, 3, 1, 24, 24, 3, True), (4, 3, 2, 24, 48, 5, True), (4, 3, 2, 48, 80, 5, True), (4, 3, 2, 80, 160,
    7, False), (6, 3, 1, 160, 176, 14, False), (6, 3, 2, 176, 304, 18, False), (6, 3, 1, 304, 512, 5, False)], 0.3),
    "v2_l": ([(1, 3, 1, 32, 32, 4, True), (4, 3, 2, 32, 64, 7, True), (4, 3, 2, 64, 96, 7, True), (4, 3, 2, 96, 192,
    10, False), (6, 3, 1, 192, 224, 19, False), (6, 3, 2, 224, 384, 25, False), (6, 3, 1, 384, 640, 7, False)], 0.4),
}  # fmt: skip


def _build_b(width: float, depth: float, dropout: float) -> Callable[..., nn.Module]:
    stages: list[Stage] = [
        (e, k, s, divisible(i * width), divisible(o * width), math.ceil(n * depth), False) for e, k, s, i, o, n in _B
    ]
    own: dict[str, Any] = {"dropout": dropout}
    return lambda **kwargs: EfficientNet(stages, **{**own, **kwargs})


def _build_v2(stages: list[Stage], dropout: float) -> Callable[..., nn.Module]:
    norm = partial(nn.BatchNorm2d, eps=1e-3)
    own: dict[str, Any] = {"dropout": dropout, "last_channel": 1280, "norm_layer": norm}
    return lambda **kwargs: EfficientNet(stages, **{**own, **kwargs})


kit.named("torchvision.models.efficientnet", MBConv, EfficientNet)
CLASSES: dict[str, Any] = {"EfficientNet": EfficientNet}
BUILDERS: dict[str, Callable[..., nn.Module]] = {
    **{f"efficientnet_{name}": _build_b(*sizes) for name, sizes in _SIZES.items()},
    **{f"efficientnet_{name}": _build_v2(*plan) for name, plan in _V2.items()},
}
