"""Parts that several models share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from shapewright.worker.stand_ins import kit

Norm = Callable[[int], nn.Module]


def divisible(value: float, divisor: int = 8, least: int | None = None) -> int:
    """The nearest multiple that is not more than a tenth smaller."""
    rounded = max(least or divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


class ConvNormActivation(nn.Sequential):
    """Convolution, norm and activation."""

    def __init__(
        self, inputs: int, outputs: int, kernel_size: int = 3, stride: int = 1, padding: int | None = None,
        groups: int = 1, norm_layer: Norm | None = nn.BatchNorm2d,
        activation_layer: Any = nn.ReLU, dilation: int = 1, inplace: bool | None = True, bias: bool | None = None,
    ) -> None:  # fmt: skip
        padding = (kernel_size - 1) // 2 * dilation if padding is None else padding
        with_bias = norm_layer is None if bias is None else bias
        layers: list[nn.Module] = [
            nn.Conv2d(inputs, outputs, kernel_size, stride, padding, dilation, groups, with_bias)
        ]
        if norm_layer is not None:
            layers.append(norm_layer(outputs))
        if activation_layer is not None:
            layers.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*layers)
        self.out_channels = outputs


class SqueezeExcitation(nn.Module):
    """Channels weighted by their mean."""

    def __init__(
        self, input_channels: int, squeeze_channels: int, activation: Any = nn.ReLU, scale_activation: Any = nn.Sigmoid
    ) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1, self.fc2 = (
            nn.Conv2d(input_channels, squeeze_channels, 1),
            nn.Conv2d(squeeze_channels, input_channels, 1),
        )
        self.activation, self.scale_activation = activation(), scale_activation()

    def forward(self, x: Any) -> Any:
        """The same shape."""
        return self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x))))) * x


class StochasticDepth(nn.Module):
    """Leaves the shape as it is."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, x: Any) -> Any:
        """The input."""
        return x


kit.named("torchvision.ops.misc", ConvNormActivation, SqueezeExcitation)
kit.named("torchvision.ops.stochastic_depth", StochasticDepth)
