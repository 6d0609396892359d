"""GoogLeNet and Inception V3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from shapewright.worker.stand_ins import kit


class GoogLeNetOutputs(NamedTuple):
    """What GoogLeNet gives in training."""

    logits: Any
    aux_logits2: Any
    aux_logits1: Any


class InceptionOutputs(NamedTuple):
    """What Inception V3 gives in training."""

    logits: Any
    aux_logits: Any


class BasicConv2d(nn.Module):
    """Convolution, norm and ReLU."""

    def __init__(self, in_channels: int, out_channels: int, **kwargs: Any) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x: Any) -> Any:
        """The activated output."""
        return F.relu(self.bn(self.conv(x)), inplace=True)


def conv(inp: int, out: int, kernel: Any = 1, padding: Any = 0, stride: int = 1) -> BasicConv2d:
    """A `BasicConv2d`."""
    return BasicConv2d(inp, out, kernel_size=kernel, padding=padding, stride=stride)


class Inception(nn.Module):
    """GoogLeNet's block."""

    def __init__(self, inp: int, one: int, three_in: int, three: int, five_in: int, five: int, pool: int) -> None:
        super().__init__()
        self.branch1 = conv(inp, one)
        self.branch2 = nn.Sequential(conv(inp, three_in), conv(three_in, three, 3, 1))
        self.branch3 = nn.Sequential(conv(inp, five_in), conv(five_in, five, 3, 1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True), conv(inp, pool))

    def forward(self, x: Any) -> Any:
        """The branches side by side."""
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class _GoogLeNetAux(nn.Module):
    def __init__(self, inp: int, num_classes: int, dropout: float) -> None:
        super().__init__()
        self.conv = conv(inp, 128)
        self.fc1, self.fc2 = nn.Linear(2048, 1024), nn.Linear(1024, num_classes)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Any) -> Any:
        x = torch.flatten(self.conv(F.adaptive_avg_pool2d(x, (4, 4))), 1)
        return self.fc2(self.dropout(F.relu(self.fc1(x), inplace=True)))


class GoogLeNet(nn.Module):
    """GoogLeNet: three outputs in training."""

    def __init__(
        self, num_classes: int = 1000, aux_logits: bool = True, transform_input: bool = False,
        init_weights: Any = None, blocks: Any = None,
        dropout: float = 0.2, dropout_aux: float = 0.7,
    ) -> None:  # fmt: skip
        super().__init__()
        self.aux_logits, self.transform_input = aux_logits, transform_input
        self.conv1, self.maxpool1 = conv(3, 64, 7, 3, 2), nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2, self.conv3, self.maxpool2 = (
            conv(64, 64),
            conv(64, 192, 3, 1),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
        )
        self.inception3a, self.inception3b = (
            Inception(192, 64, 96, 128, 16, 32, 32),
            Inception(256, 128, 128, 192, 32, 96, 64),
        )
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a, self.inception4b = (
            Inception(480, 192, 96, 208, 16, 48, 64),
            Inception(512, 160, 112, 224, 24, 64, 64),
        )
        self.inception4c, self.inception4d = (
            Inception(512, 128, 128, 256, 24, 64, 64),
            Inception(512, 112, 144, 288, 32, 64, 64),
        )
        self.inception4e, self.maxpool4 = (
            Inception(528, 256, 160, 320, 32, 128, 128),
            nn.MaxPool2d(2, stride=2, ceil_mode=True),
        )
        self.inception5a, self.inception5b = (
            Inception(832, 256, 160, 320, 32, 128, 128),
            Inception(832, 384, 192, 384, 48, 128, 128),
        )
        self.aux1 = _GoogLeNetAux(512, num_classes, dropout_aux) if aux_logits else None
        self.aux2 = _GoogLeNetAux(528, num_classes, dropout_aux) if aux_logits else None
        self.avgpool, self.dropout, self.fc = (
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Dropout(dropout),
            nn.Linear(1024, num_classes),
        )

    def forward(self, x: Any) -> Any:
        """Logits, with two auxiliary ones in training."""
        aux = self.training and self.aux1 is not None and self.aux2 is not None
        x = self.maxpool2(self.conv3(self.conv2(self.maxpool1(self.conv1(x)))))
        x = self.inception4a(self.maxpool3(self.inception3b(self.inception3a(x))))
        first = self.aux1(x) if aux and self.aux1 is not None else None
        x = self.inception4d(self.inception4c(self.inception4b(x)))
        second = self.aux2(x) if aux and self.aux2 is not None else None
        x = self.inception5b(self.inception5a(self.maxpool4(self.inception4e(x))))
        x = self.fc(self.dropout(torch.flatten(self.avgpool(x), 1)))
        return GoogLeNetOutputs(x, second, first) if self.training and self.aux_logits else x


class _Branches(nn.Module):
    """Convolutions by name, and the paths through them. A path is a list of names; `avg` and `max` are poolings; a
    list in a path
    is a fork."""

    def __init__(self, convolutions: dict[str, BasicConv2d], paths: list[list[Any]]) -> None:
        super().__init__()
        for name, module in convolutions.items():
            self.add_module(name, module)
        self.paths = paths

    def forward(self, x: Any) -> Any:
        outputs: list[Any] = []
        for path in self.paths:
            out = x
            for step in path:
                if isinstance(step, list):
                    out = torch.cat([getattr(self, name)(out) for name in step], 1)
                else:
                    out = _POOLS[step](out) if step in _POOLS else getattr(self, step)(out)
            outputs.append(out)
        return torch.cat(outputs, 1)


_POOLS: dict[str, Callable[[Any], Any]] = {
    "avg": lambda x: F.avg_pool2d(x, kernel_size=3, stride=1, padding=1),
    "max": lambda x: F.max_pool2d(x, kernel_size=3, stride=2),
}


def _a(inp: int, pool: int) -> _Branches:
    return _Branches(
        {
            "branch1x1": conv(inp, 64), "branch5x5_1": conv(inp, 48), "branch5x5_2": conv(48, 64, 5, 2),
            "branch3x3dbl_1": conv(inp, 64),
            "branch3x3dbl_2": conv(64, 96, 3, 1), "branch3x3dbl_3": conv(96, 96, 3, 1), "branch_pool": conv(inp, pool),
        },
        [["branch1x1"], ["branch5x5_1", "branch5x5_2"], ["branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"],
        ["avg", "branch_pool"]],
    )  # fmt: skip


def _b(inp: int) -> _Branches:
    return _Branches(
        {"branch3x3": conv(inp, 384, 3, stride=2), "branch3x3dbl_1": conv(inp, 64), "branch3x3dbl_2": conv(64, 96, 3,
        1), "branch3x3dbl_3": conv(96, 96, 3, stride=2)},
        [["branch3x3"], ["branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"], ["max"]],
    )  # fmt: skip


def _c(inp: int, c7: int) -> _Branches:
    wide, high = ((1, 7), (0, 3)), ((7, 1), (3, 0))
    double = [f"branch7x7dbl_{i}" for i in range(1, 6)]
    return _Branches(
        {
            "branch1x1": conv(inp, 192), "branch7x7_1": conv(inp, c7), "branch7x7_2": conv(c7, c7, *wide),
            "branch7x7_3": conv(c7, 192, *high),
            "branch7x7dbl_1": conv(inp, c7), "branch7x7dbl_2": conv(c7, c7, *high), "branch7x7dbl_3": conv(c7, c7,
            *wide),
            "branch7x7dbl_4": conv(c7, c7, *high), "branch7x7dbl_5": conv(c7, 192, *wide), "branch_pool": conv(inp,
            192),
        },
        [["branch1x1"], ["branch7x7_1", "branch7x7_2", "branch7x7_3"], double, ["avg", "branch_pool"]],
    )  # fmt: skip


def _d(inp: int) -> _Branches:
    return _Branches(
        {
            "branch3x3_1": conv(inp, 192), "branch3x3_2": conv(192, 320, 3, stride=2), "branch7x7x3_1": conv(inp, 192),
            "branch7x7x3_2": conv(192, 192, (1, 7), (0, 3)), "branch7x7x3_3": conv(192, 192, (7, 1), (3, 0)),
            "branch7x7x3_4": conv(192, 192, 3, stride=2),
        },
        [["branch3x3_1", "branch3x3_2"], ["branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"], ["max"]],
    )  # fmt: skip


def _e(inp: int) -> _Branches:
    wide, high = ((1, 3), (0, 1)), ((3, 1), (1, 0))
    return _Branches(
        {
            "branch1x1": conv(inp, 320), "branch3x3_1": conv(inp, 384), "branch3x3_2a": conv(384, 384, *wide),
            "branch3x3_2b": conv(384, 384, *high),
            "branch3x3dbl_1": conv(inp, 448), "branch3x3dbl_2": conv(448, 384, 3, 1), "branch3x3dbl_3a": conv(384,
            384, *wide),
            "branch3x3dbl_3b": conv(384, 384, *high), "branch_pool": conv(inp, 192),
        },
        [
            ["branch1x1"], ["branch3x3_1", ["branch3x3_2a", "branch3x3_2b"]],
            ["branch3x3dbl_1", "branch3x3dbl_2", ["branch3x3dbl_3a", "branch3x3dbl_3b"]], ["avg", "branch_pool"],
        ],
    )  # fmt: skip


class _InceptionAux(nn.Module):
    def __init__(self, inp: int, num_classes: int) -> None:
        super().__init__()
        self.conv0, self.conv1, self.fc = conv(inp, 128), conv(128, 768, 5), nn.Linear(768, num_classes)

    def forward(self, x: Any) -> Any:
        x = self.conv1(self.conv0(F.avg_pool2d(x, kernel_size=5, stride=3)))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


class Inception3(nn.Module):
    """Inception V3: two outputs in training."""

    def __init__(
        self, num_classes: int = 1000, aux_logits: bool = True, transform_input: bool = False,
        inception_blocks: Any = None, init_weights: Any = None,
        dropout: float = 0.5,
    ) -> None:  # fmt: skip
        super().__init__()
        self.aux_logits, self.transform_input = aux_logits, transform_input
        self.Conv2d_1a_3x3, self.Conv2d_2a_3x3, self.Conv2d_2b_3x3 = (
            conv(3, 32, 3, stride=2),
            conv(32, 32, 3),
            conv(32, 64, 3, 1),
        )
        self.maxpool1 = nn.MaxPool2d(3, stride=2)
        self.Conv2d_3b_1x1, self.Conv2d_4a_3x3, self.maxpool2 = (
            conv(64, 80),
            conv(80, 192, 3),
            nn.MaxPool2d(3, stride=2),
        )
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d, self.Mixed_6a = _a(192, 32), _a(256, 64), _a(288, 64), _b(288)
        self.Mixed_6b, self.Mixed_6c, self.Mixed_6d, self.Mixed_6e = (
            _c(768, 128),
            _c(768, 160),
            _c(768, 160),
            _c(768, 192),
        )
        self.AuxLogits: nn.Module | None = None
        if aux_logits:
            self.AuxLogits = _InceptionAux(768, num_classes)
        self.Mixed_7a, self.Mixed_7b, self.Mixed_7c = _d(768), _e(1280), _e(2048)
        self.avgpool, self.dropout, self.fc = (
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Dropout(dropout),
            nn.Linear(2048, num_classes),
        )

    def forward(self, x: Any) -> Any:
        """Logits, with auxiliary ones in training."""
        x = self.maxpool1(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x))))
        x = self.maxpool2(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)))
        x = self.Mixed_6a(self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(x))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(x))))
        aux = self.AuxLogits(x) if self.AuxLogits is not None and self.training else None
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        x = self.fc(torch.flatten(self.dropout(self.avgpool(x)), 1))
        return InceptionOutputs(x, aux) if self.training and self.aux_logits else x


kit.named("torchvision.models.googlenet", Inception, GoogLeNet)
kit.named("torchvision.models.inception", BasicConv2d, Inception3)
CLASSES: dict[str, Any] = {
    "GoogLeNet": GoogLeNet, "GoogLeNetOutputs": GoogLeNetOutputs, "Inception3": Inception3,
    "InceptionOutputs": InceptionOutputs, "BasicConv2d": BasicConv2d,
}  # fmt: skip
BUILDERS: dict[str, Callable[..., nn.Module]] = {"googlenet": GoogLeNet, "inception_v3": Inception3}
