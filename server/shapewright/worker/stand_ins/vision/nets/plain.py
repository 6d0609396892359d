"""AlexNet, VGG, SqueezeNet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit


class AlexNet(nn.Module):
    """AlexNet."""

    def __init__(self, num_classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2), nn.Conv2d(64, 192, 5, padding=2),
            nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )  # fmt: skip

    def forward(self, x: Any) -> Any:
        """Logits."""
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class VGG(nn.Module):
    """VGG, by its features."""

    def __init__(
        self, features: nn.Module, num_classes: int = 1000, init_weights: bool = True, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(True), nn.Dropout(dropout), nn.Linear(4096, 4096), nn.ReLU(True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )  # fmt: skip

    def forward(self, x: Any) -> Any:
        """Logits."""
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def _vgg_features(plan: str, norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 3
    for item in plan.split():
        if item == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        width = int(item)
        layers.append(nn.Conv2d(channels, width, 3, padding=1))
        layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)] if norm else [nn.ReLU(inplace=True)]
        channels = width
    return nn.Sequential(*layers)


_PLANS = {
    "11": "64 M 128 M 256 256 M 512 512 M 512 512 M",
    "13": "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    "16": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "19": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}


class Fire(nn.Module):
    """SqueezeNet's block."""

    def __init__(self, inplanes: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.inplanes = inplanes
        self.squeeze, self.squeeze_activation = nn.Conv2d(inplanes, squeeze, 1), nn.ReLU(inplace=True)
        self.expand1x1, self.expand1x1_activation = nn.Conv2d(squeeze, expand, 1), nn.ReLU(inplace=True)
        self.expand3x3, self.expand3x3_activation = nn.Conv2d(squeeze, expand, 3, padding=1), nn.ReLU(inplace=True)

    def forward(self, x: Any) -> Any:
        """Twice as many channels as `expand`."""
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat(
            [self.expand1x1_activation(self.expand1x1(x)), self.expand3x3_activation(self.expand3x3(x))], 1
        )


class SqueezeNet(nn.Module):
    """SqueezeNet 1.0 and 1.1."""

    def __init__(self, version: str = "1_0", num_classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.num_classes = num_classes

        def pool() -> nn.Module:
            return nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)

        if version == "1_0":
            self.features = nn.Sequential(
                nn.Conv2d(3, 96, 7, 2), nn.ReLU(inplace=True), pool(), Fire(96, 16, 64), Fire(128, 16, 64), Fire(128,
                32, 128), pool(), Fire(256, 32, 128),
                Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), pool(), Fire(512, 64, 256),
            )  # fmt: skip
        else:
            self.features = nn.Sequential(
                nn.Conv2d(3, 64, 3, 2), nn.ReLU(inplace=True), pool(), Fire(64, 16, 64), Fire(128, 16, 64), pool(),
                Fire(128, 32, 128), Fire(256, 32, 128),
                pool(), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
            )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Conv2d(512, num_classes, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, x: Any) -> Any:
        """Logits."""
        return torch.flatten(self.classifier(self.features(x)), 1)


kit.named("torchvision.models.alexnet", AlexNet)
kit.named("torchvision.models.vgg", VGG)
kit.named("torchvision.models.squeezenet", SqueezeNet, Fire)
CLASSES: dict[str, Any] = {"AlexNet": AlexNet, "VGG": VGG, "SqueezeNet": SqueezeNet}


def _vgg(depth: str, norm: bool) -> Callable[..., VGG]:
    return lambda **kwargs: VGG(_vgg_features(_PLANS[depth], norm), **kwargs)


BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "alexnet": AlexNet,
    "squeezenet1_0": lambda **kwargs: SqueezeNet("1_0", **kwargs),
    "squeezenet1_1": lambda **kwargs: SqueezeNet("1_1", **kwargs),
    **{f"vgg{depth}": _vgg(depth, False) for depth in _PLANS},
    **{f"vgg{depth}_bn": _vgg(depth, True) for depth in _PLANS},
}
