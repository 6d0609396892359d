"""torchvision: which module holds what."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit, vision_datasets, vision_folder, vision_functional, vision_models, vision_transforms, vision_v2
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real, soft
from shapewright.worker.stand_ins.nets import blocks, densenet, efficient, inception, mobile, plain, resnet, vit


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


def _utils() -> kit.Names:
    return {"make_grid": make_grid, "save_image": save_image}


class _MLP(nn.Sequential):
    """torchvision's MLP."""

    def __init__(
        self, in_channels: int, hidden_channels: Any, norm_layer: Any = None, activation_layer: Any = nn.ReLU, inplace: Any = None, bias: bool = True,
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


def _ops() -> kit.Names:
    return {
        "Conv2dNormActivation": blocks.ConvNormActivation, "ConvNormActivation": blocks.ConvNormActivation, "SqueezeExcitation": blocks.SqueezeExcitation,
        "StochasticDepth": blocks.StochasticDepth, "MLP": _MLP,
    }  # fmt: skip


def _datasets() -> kit.Names:
    return {
        **vision_datasets.CLASSES, "VisionDataset": vision_datasets.VisionDataset, "ImageFolder": vision_folder.ImageFolder,
        "DatasetFolder": vision_folder.DatasetFolder, "wrap_dataset_for_transforms_v2": lambda dataset, *a, **k: dataset,
    }  # fmt: skip


def _folder() -> kit.Names:
    return {
        "ImageFolder": vision_folder.ImageFolder, "DatasetFolder": vision_folder.DatasetFolder, "default_loader": vision_folder.default_loader,
        "pil_loader": vision_folder.default_loader, "IMG_EXTENSIONS": vision_folder.IMG_EXTENSIONS,
        "is_image_file": lambda name: str(name).lower().endswith(vision_folder.IMG_EXTENSIONS),
    }  # fmt: skip


MODULES: kit.Modules = {
    "torchvision": lambda: {"__version__": "0.20.0", "set_image_backend": lambda backend: None, "get_image_backend": lambda: "PIL"},
    "torchvision.datasets": _datasets,
    "torchvision.datasets.folder": _folder,
    **{f"torchvision.datasets.{name}": _datasets for name in ("mnist", "cifar", "vision", "svhn", "stl10", "celeba", "voc", "coco", "fakedata", "imagenet", "utils")},
    "torchvision.transforms": vision_transforms.names,
    "torchvision.transforms.transforms": vision_transforms.names,
    "torchvision.transforms.functional": vision_functional.names,
    "torchvision.transforms.functional_tensor": vision_functional.names,
    "torchvision.transforms.autoaugment": vision_transforms.names,
    "torchvision.transforms.v2": vision_v2.names,
    "torchvision.transforms.v2.functional": vision_v2.functional_names,
    "torchvision.tv_tensors": lambda: vision_v2.TV_TENSORS,
    "torchvision.datapoints": lambda: vision_v2.TV_TENSORS,
    "torchvision.io": dict,
    "torchvision.utils": _utils,
    "torchvision.ops": _ops,
    "torchvision.ops.misc": _ops,
    "torchvision.models": vision_models.names,
    "torchvision.models.resnet": vision_models.of_net(resnet),
    "torchvision.models.alexnet": vision_models.of_net(plain),
    "torchvision.models.vgg": vision_models.of_net(plain),
    "torchvision.models.squeezenet": vision_models.of_net(plain),
    "torchvision.models.densenet": vision_models.of_net(densenet),
    "torchvision.models.mobilenet": vision_models.of_net(mobile),
    "torchvision.models.mobilenetv2": vision_models.of_net(mobile),
    "torchvision.models.mobilenetv3": vision_models.of_net(mobile),
    "torchvision.models.efficientnet": vision_models.of_net(efficient),
    "torchvision.models.vision_transformer": vision_models.of_net(vit),
    "torchvision.models.inception": vision_models.of_net(inception),
    "torchvision.models.googlenet": vision_models.of_net(inception),
    "torchvision.models.segmentation": dict,
    "torchvision.models.detection": dict,
    "torchvision.models.video": dict,
    "torchvision.models.feature_extraction": dict,
}
