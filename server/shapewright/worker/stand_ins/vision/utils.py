"""torchvision.utils and torchvision.ops: grids of pictures, and the layers that models are made of."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real, soft
from shapewright.worker.stand_ins.vision.nets import blocks


def make_grid(tensor: Any, nrow: int = 8, padding: int = 2, *args: Any, **kwargs: Any) -> Any:
    """Pictures side by side in one."""
    if is_unknown(tensor):
        return tensor
    if not isinstance(tensor, torch.Tensor):
        if not isinstance(tensor, (list, tuple)) or not all(isinstance(t, torch.Tensor) for t in tensor):
            if isinstance(tensor, (list, tuple)) and any(map(is_unknown, tensor)):
                return Unknown("grid")
            raise real(TypeError(f"tensor or list of tensors expected, got {type(tensor)}"))
        tensor = torch.stack(list(tensor), dim=0)
    with torch.no_grad():
        if tensor.dim() == 2:
            tensor = tensor.unsqueeze(0)
        if tensor.dim() == 3:
            if tensor.size(0) == 1:
                tensor = torch.cat((tensor, tensor, tensor), 0)
            tensor = tensor.unsqueeze(0)
        if tensor.dim() == 4 and tensor.size(1) == 1:
            tensor = torch.cat((tensor, tensor, tensor), 1)
        count = tensor.size(0)
        if count == 1:
            return tensor.squeeze(0)
        if tensor.dim() != 4:
            return Unknown("grid")
        if soft(*tensor.shape, nrow, padding):
            return kit.tensor((tensor.size(1), MAGIC, MAGIC), tensor.dtype)
        across = min(nrow, count)
        down = math.ceil(count / across)
        height, width = tensor.size(2) + padding, tensor.size(3) + padding
        return tensor.new_zeros((tensor.size(1), height * down + padding, width * across + padding))


def save_image(tensor: Any, fp: Any = None, *args: Any, **kwargs: Any) -> None:
    """Nothing is written; the grid is made, since it may fail."""
    kwargs.pop("format", None)
    make_grid(tensor, *args, **kwargs)


def utils() -> kit.Names:
    """What `torchvision.utils` holds."""
    return {"make_grid": make_grid, "save_image": save_image}


class _MLP(nn.Sequential):
    """torchvision's MLP."""

    def __init__(
        self, in_channels: int, hidden_channels: Any, norm_layer: Any = None, activation_layer: Any = nn.ReLU,
        inplace: Any = None, bias: bool = True,
        dropout: float = 0.0,
    ) -> None:  # fmt: skip
        layers: list[nn.Module] = []
        for width in hidden_channels[:-1]:
            layers.append(nn.Linear(in_channels, width, bias=bias))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            layers += [activation_layer(), nn.Dropout(dropout)]
            in_channels = width
        layers += [nn.Linear(in_channels, hidden_channels[-1], bias=bias), nn.Dropout(dropout)]
        super().__init__(*layers)


def ops() -> kit.Names:
    """What `torchvision.ops` holds."""
    return {
        "Conv2dNormActivation": blocks.ConvNormActivation, "ConvNormActivation": blocks.ConvNormActivation,
        "SqueezeExcitation": blocks.SqueezeExcitation,
        "StochasticDepth": blocks.StochasticDepth, "MLP": _MLP,
    }  # fmt: skip
