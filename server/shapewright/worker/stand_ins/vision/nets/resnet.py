"""ResNet, ResNeXt, Wide ResNet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit


def conv3x3(in_planes: int, out_planes: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Conv2d:
    """A 3×3 convolution that keeps the size."""
    return nn.Conv2d(in_planes, out_planes, 3, stride, dilation, dilation, groups, bias=False)


def conv1x1(in_planes: int, out_planes: int, stride: int = 1) -> nn.Conv2d:
    """A 1×1 convolution."""
    return nn.Conv2d(in_planes, out_planes, 1, stride, bias=False)


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and the way around them."""

    expansion = 1

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: Any = None, groups: int = 1,
        base_width: int = 64, dilation: int = 1, norm_layer: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        if groups != 1 or base_width != 64:
            raise kit.real(ValueError("BasicBlock only supports groups=1 and base_width=64"))
        if dilation > 1:
            raise kit.real(NotImplementedError("Dilation > 1 not supported in BasicBlock"))
        self.conv1, self.bn1 = conv3x3(inplanes, planes, stride), norm(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2, self.bn2 = conv3x3(planes, planes), norm(planes)
        self.downsample, self.stride = downsample, stride

    def forward(self, x: Any) -> Any:
        """The block's output."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out = out + (x if self.downsample is None else self.downsample(x))
        return self.relu(out)


class Bottleneck(nn.Module):
    """Narrow in the middle."""

    expansion = 4

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: Any = None, groups: int = 1,
        base_width: int = 64, dilation: int = 1, norm_layer: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1, self.bn1 = conv1x1(inplanes, width), norm(width)
        self.conv2, self.bn2 = conv3x3(width, width, stride, groups, dilation), norm(width)
        self.conv3, self.bn3 = conv1x1(width, planes * 4), norm(planes * 4)
        self.relu = nn.ReLU(inplace=True)
        self.downsample, self.stride = downsample, stride

    def forward(self, x: Any) -> Any:
        """The block's output."""
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out = out + (x if self.downsample is None else self.downsample(x))
        return self.relu(out)


class ResNet(nn.Module):
    """The family, by its blocks."""

    def __init__(
        self, block: Any, layers: Any, num_classes: int = 1000, zero_init_residual: bool = False, groups: int = 1,
        width_per_group: int = 64,
        replace_stride_with_dilation: Any = None, norm_layer: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._norm_layer = norm_layer or nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = 64, 1, groups, width_per_group
        dilate = replace_stride_with_dilation or [False, False, False]
        if len(dilate) != 3:
            raise kit.real(
                ValueError(f"replace_stride_with_dilation should be None or a 3-element tuple, got {dilate}")
            )
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = self._norm_layer(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2, dilate[0])
        self.layer3 = self._make_layer(block, 256, layers[2], 2, dilate[1])
        self.layer4 = self._make_layer(block, 512, layers[3], 2, dilate[2])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def _make_layer(self, block: Any, planes: int, blocks: int, stride: int = 1, dilate: bool = False) -> nn.Sequential:
        norm, before = self._norm_layer, self.dilation
        if dilate:
            self.dilation *= stride
            stride = 1
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                conv1x1(self.inplanes, planes * block.expansion, stride), norm(planes * block.expansion)
            )
        made = [block(self.inplanes, planes, stride, downsample, self.groups, self.base_width, before, norm)]
        self.inplanes = planes * block.expansion
        more = (self.groups, self.base_width, self.dilation, norm)
        made += [block(self.inplanes, planes, 1, None, *more) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def _forward_impl(self, x: Any) -> Any:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))

    def forward(self, x: Any) -> Any:
        """Logits."""
        return self._forward_impl(x)


kit.named("torchvision.models.resnet", BasicBlock, Bottleneck, ResNet)
CLASSES: dict[str, Any] = {
    "ResNet": ResNet,
    "BasicBlock": BasicBlock,
    "Bottleneck": Bottleneck,
    "conv3x3": conv3x3,
    "conv1x1": conv1x1,
}


def _build(block: Any, layers: list[int], **fixed: Any) -> Callable[..., ResNet]:
    return lambda **kwargs: ResNet(block, layers, **{**fixed, **kwargs})


_deep = partial(_build, Bottleneck)
BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "resnet18": _build(BasicBlock, [2, 2, 2, 2]),
    "resnet34": _build(BasicBlock, [3, 4, 6, 3]),
    "resnet50": _deep([3, 4, 6, 3]),
    "resnet101": _deep([3, 4, 23, 3]),
    "resnet152": _deep([3, 8, 36, 3]),
    "resnext50_32x4d": _deep([3, 4, 6, 3], groups=32, width_per_group=4),
    "resnext101_32x8d": _deep([3, 4, 23, 3], groups=32, width_per_group=8),
    "resnext101_64x4d": _deep([3, 4, 23, 3], groups=64, width_per_group=4),
    "wide_resnet50_2": _deep([3, 4, 6, 3], width_per_group=128),
    "wide_resnet101_2": _deep([3, 4, 23, 3], width_per_group=128),
}
