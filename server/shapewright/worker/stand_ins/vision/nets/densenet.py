"""DenseNet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from shapewright.worker.stand_ins import kit


class _DenseLayer(nn.Module):
    def __init__(
        self, channels: int, growth_rate: int, bn_size: int, drop_rate: float, memory_efficient: bool = False
    ) -> None:
        super().__init__()
        self.norm1, self.relu1 = nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(channels, bn_size * growth_rate, 1, bias=False)
        self.norm2, self.relu2 = nn.BatchNorm2d(bn_size * growth_rate), nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

    def forward(self, features: Any) -> Any:
        x = torch.cat([features] if isinstance(features, torch.Tensor) else features, 1)
        return self.conv2(self.relu2(self.norm2(self.conv1(self.relu1(self.norm1(x))))))


class _DenseBlock(nn.ModuleDict):
    def __init__(self, layers: int, channels: int, bn_size: int, growth_rate: int, drop_rate: float) -> None:
        super().__init__()
        for i in range(layers):
            self.add_module(
                f"denselayer{i + 1}", _DenseLayer(channels + i * growth_rate, growth_rate, bn_size, drop_rate)
            )

    def forward(self, x: Any) -> Any:
        features = [x]
        for _, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class _Transition(nn.Sequential):
    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.norm, self.relu = nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
        self.conv, self.pool = nn.Conv2d(channels, out, 1, bias=False), nn.AvgPool2d(2, 2)


class DenseNet(nn.Module):
    """DenseNet, by its blocks."""

    def __init__(
        self, growth_rate: int = 32, block_config: Any = (6, 12, 24, 16), num_init_features: int = 64,
        bn_size: int = 4, drop_rate: float = 0,
        num_classes: int = 1000, memory_efficient: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        start = [
            ("conv0", nn.Conv2d(3, num_init_features, 7, 2, 3, bias=False)), ("norm0",
            nn.BatchNorm2d(num_init_features)),
            ("relu0", nn.ReLU(inplace=True)), ("pool0", nn.MaxPool2d(3, 2, 1)),
        ]  # fmt: skip
        self.features = nn.Sequential(OrderedDict(start))
        channels = num_init_features
        for i, layers in enumerate(block_config):
            self.features.add_module(
                f"denseblock{i + 1}", _DenseBlock(layers, channels, bn_size, growth_rate, drop_rate)
            )
            channels += layers * growth_rate
            if i != len(block_config) - 1:
                self.features.add_module(f"transition{i + 1}", _Transition(channels, channels // 2))
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x: Any) -> Any:
        """Logits."""
        x = F.relu(self.features(x), inplace=True)
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


kit.named("torchvision.models.densenet", DenseNet, _DenseLayer, _DenseBlock, _Transition)
CLASSES: dict[str, Any] = {"DenseNet": DenseNet}


def _build(growth: int, blocks: tuple[int, ...], start: int) -> Callable[..., DenseNet]:
    return lambda **kwargs: DenseNet(growth, blocks, start, **kwargs)


BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "densenet121": _build(32, (6, 12, 24, 16), 64),
    "densenet161": _build(48, (6, 12, 36, 24), 96),
    "densenet169": _build(32, (6, 12, 32, 32), 64),
    "densenet201": _build(32, (6, 12, 48, 32), 64),
}
