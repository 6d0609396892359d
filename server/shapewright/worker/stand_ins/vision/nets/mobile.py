"""MobileNet V2 and V3."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.vision.nets.blocks import ConvNormActivation, SqueezeExcitation, divisible


class InvertedResidual(nn.Module):
    """V2's block."""

    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: float, norm_layer: Any = None) -> None:
        super().__init__()
        hidden, norm = round(inp * expand_ratio), norm_layer or nn.BatchNorm2d
        self.stride, self.use_res_connect = stride, stride == 1 and inp == oup
        layers: list[nn.Module] = []
        if expand_ratio != 1:
            layers.append(ConvNormActivation(inp, hidden, 1, norm_layer=norm, activation_layer=nn.ReLU6))
        layers.append(
            ConvNormActivation(hidden, hidden, stride=stride, groups=hidden, norm_layer=norm, activation_layer=nn.ReLU6)
        )
        layers += [nn.Conv2d(hidden, oup, 1, 1, 0, bias=False), norm(oup)]
        self.conv = nn.Sequential(*layers)
        self.out_channels, self._is_cn = oup, stride > 1

    def forward(self, x: Any) -> Any:
        """The block's output."""
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


_V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


class MobileNetV2(nn.Module):
    """MobileNet V2."""

    def __init__(
        self, num_classes: int = 1000, width_mult: float = 1.0, inverted_residual_setting: Any = None,
        round_nearest: int = 8, block: Any = None,
        norm_layer: Any = None, dropout: float = 0.2,
    ) -> None:  # fmt: skip
        super().__init__()
        block, norm = block or InvertedResidual, norm_layer or nn.BatchNorm2d
        channels = divisible(32 * width_mult, round_nearest)
        self.last_channel = divisible(1280 * max(1.0, width_mult), round_nearest)
        features: list[nn.Module] = [
            ConvNormActivation(3, channels, stride=2, norm_layer=norm, activation_layer=nn.ReLU6)
        ]
        for t, c, n, s in inverted_residual_setting or _V2:
            out = divisible(c * width_mult, round_nearest)
            for i in range(n):
                features.append(block(channels, out, s if i == 0 else 1, expand_ratio=t, norm_layer=norm))
                channels = out
        features.append(ConvNormActivation(channels, self.last_channel, 1, norm_layer=norm, activation_layer=nn.ReLU6))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.last_channel, num_classes))

    def forward(self, x: Any) -> Any:
        """Logits."""
        x = nn.functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))


class _Inverted3(nn.Module):
    def __init__(
        self, inp: int, kernel: int, expanded: int, out: int, se: bool, hs: bool, stride: int, dilation: int, norm: Any
    ) -> None:
        super().__init__()
        self.use_res_connect = stride == 1 and inp == out
        activation = nn.Hardswish if hs else nn.ReLU
        layers: list[nn.Module] = []
        if expanded != inp:
            layers.append(ConvNormActivation(inp, expanded, 1, norm_layer=norm, activation_layer=activation))
        step = 1 if dilation > 1 else stride
        layers.append(
            ConvNormActivation(
                expanded,
                expanded,
                kernel,
                step,
                groups=expanded,
                norm_layer=norm,
                activation_layer=activation,
                dilation=dilation,
            )
        )
        if se:
            layers.append(SqueezeExcitation(expanded, divisible(expanded // 4), scale_activation=nn.Hardsigmoid))
        layers.append(ConvNormActivation(expanded, out, 1, norm_layer=norm, activation_layer=None))
        self.block = nn.Sequential(*layers)
        self.out_channels, self._is_cn = out, stride > 1

    def forward(self, x: Any) -> Any:
        return self.block(x) + x if self.use_res_connect else self.block(x)


_LARGE = (
    "16 3 16 16 - R 1|16 3 64 24 - R 2|24 3 72 24 - R 1|24 5 72 40 S R 2|40 5 120 40 S R 1|40 5 120 40 S R 1|40 "
    "3 240 80 - H 2|80 3 200 80 - H 1|"
    "80 3 184 80 - H 1|80 3 184 80 - H 1|80 3 480 112 S H 1|112 3 672 112 S H 1|112 5 672 160 S H 2|160 5 960 "
    "160 S H 1|160 5 960 160 S H 1"
)
_SMALL = (
    "16 3 16 16 S R 2|16 3 72 24 - R 2|24 3 88 24 - R 1|24 5 96 40 S H 2|40 5 240 40 S H 1|40 5 240 40 S H 1|40 "
    "5 120 48 S H 1|48 5 144 48 S H 1|"
    "48 5 288 96 S H 2|96 5 576 96 S H 1|96 5 576 96 S H 1"
)


class MobileNetV3(nn.Module):
    """MobileNet V3."""

    def __init__(
        self, plan: str, last: int, num_classes: int = 1000, norm_layer: Any = None, dropout: float = 0.2,
        width_mult: float = 1.0, reduced_tail: bool = False,
        dilated: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        norm = norm_layer or partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
        rows = [row.split() for row in plan.split("|")]

        def width(text: str, tail: bool) -> int:
            return divisible(int(text) // (2 if tail and reduced_tail else 1) * width_mult)

        count = len(rows)
        layers: list[nn.Module] = [
            ConvNormActivation(3, width(rows[0][0], False), 3, 2, norm_layer=norm, activation_layer=nn.Hardswish)
        ]
        out = 0
        for number, (inp, kernel, expanded, outputs, se, act, stride) in enumerate(rows):
            end, tail = number >= count - 3, number >= count - 2
            out = width(outputs, end)
            dilation = 2 if dilated and end else 1
            layers.append(
                _Inverted3(
                    width(inp, tail),
                    int(kernel),
                    width(expanded, tail),
                    out,
                    se == "S",
                    act == "H",
                    int(stride),
                    dilation,
                    norm,
                )
            )
        layers.append(ConvNormActivation(out, 6 * out, 1, norm_layer=norm, activation_layer=nn.Hardswish))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        last = divisible(last // (2 if reduced_tail else 1) * width_mult)
        self.classifier = nn.Sequential(
            nn.Linear(6 * out, last),
            nn.Hardswish(inplace=True),
            nn.Dropout(dropout, inplace=True),
            nn.Linear(last, num_classes),
        )

    def forward(self, x: Any) -> Any:
        """Logits."""
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


_Inverted3.__name__ = _Inverted3.__qualname__ = "InvertedResidual"
kit.named("torchvision.models.mobilenetv2", InvertedResidual, MobileNetV2)
kit.named("torchvision.models.mobilenetv3", _Inverted3, MobileNetV3)
CLASSES: dict[str, Any] = {"MobileNetV2": MobileNetV2, "MobileNetV3": MobileNetV3}
BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "mobilenet_v2": MobileNetV2,
    "mobilenet_v3_large": lambda **kwargs: MobileNetV3(_LARGE, 1280, **kwargs),
    "mobilenet_v3_small": lambda **kwargs: MobileNetV3(_SMALL, 1024, **kwargs),
}
