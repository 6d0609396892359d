"""torchvision.models: builders and weights. No weight is downloaded: a model with `weights` is one without values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real
from shapewright.worker.stand_ins.vision import functional as F
from shapewright.worker.stand_ins.vision.nets import densenet, efficient, inception, mobile, plain, resnet, vit

NETS = (resnet, plain, densenet, mobile, efficient, vit, inception)
BUILDERS: dict[str, Callable[..., nn.Module]] = {name: build for net in NETS for name, build in net.BUILDERS.items()}
_WEIGHTS = {
    "resnet18": "ResNet18", "resnet34": "ResNet34", "resnet50": "ResNet50", "resnet101": "ResNet101",
    "resnet152": "ResNet152", "resnext50_32x4d": "ResNeXt50_32X4D",
    "resnext101_32x8d": "ResNeXt101_32X8D", "resnext101_64x4d": "ResNeXt101_64X4D",
    "wide_resnet50_2": "Wide_ResNet50_2", "wide_resnet101_2": "Wide_ResNet101_2",
    "alexnet": "AlexNet", "squeezenet1_0": "SqueezeNet1_0", "squeezenet1_1": "SqueezeNet1_1",
    "densenet121": "DenseNet121", "densenet161": "DenseNet161",
    "densenet169": "DenseNet169", "densenet201": "DenseNet201", "mobilenet_v2": "MobileNet_V2",
    "mobilenet_v3_large": "MobileNet_V3_Large",
    "mobilenet_v3_small": "MobileNet_V3_Small", "vit_b_16": "ViT_B_16", "vit_b_32": "ViT_B_32",
    "vit_l_16": "ViT_L_16", "vit_l_32": "ViT_L_32",
    "vit_h_14": "ViT_H_14", "googlenet": "GoogLeNet", "inception_v3": "Inception_V3",
    **{f"vgg{d}": f"VGG{d}" for d in (11, 13, 16, 19)}, **{f"vgg{d}_bn": f"VGG{d}_BN" for d in (11, 13, 16, 19)},
    **{f"efficientnet_b{i}": f"EfficientNet_B{i}" for i in range(8)},
    **{f"efficientnet_v2_{s}": f"EfficientNet_V2_{s.upper()}" for s in "sml"},
}  # fmt: skip
_SIZES = {
    "inception_v3": (299, 342), "efficientnet_b1": (240, 256), "efficientnet_b2": (288, 288), "efficientnet_b3": (300,
    320), "efficientnet_b4": (380, 384),
    "efficientnet_b5": (456, 456), "efficientnet_b6": (528, 528), "efficientnet_b7": (600, 600),
    "efficientnet_v2_s": (384, 384), "efficientnet_v2_m": (480, 480),
    "efficientnet_v2_l": (480, 480), "efficientnet_b1 IMAGENET1K_V2": (240, 255), "resnext101_64x4d": (224, 232),
    "vit_l_16": (224, 242),
}  # fmt: skip
"""Crop and resize of the weights' transforms where they are not 224 and 256."""
_SECOND = [
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "wide_resnet50_2",
    "wide_resnet101_2",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "efficientnet_b1",
]
"""Models whose default weights are the second ones."""


class ImageClassification(nn.Module):
    """The transforms that belong to weights."""

    def __init__(self, *, crop_size: int, resize_size: int = 256, **kwargs: Any) -> None:
        super().__init__()
        self.crop_size, self.resize_size = [crop_size], [resize_size]
        self.mean, self.std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

    def forward(self, img: Any) -> Any:
        """A normalized float tensor."""
        img = F.center_crop(F.resize(img, self.resize_size), self.crop_size)
        if not isinstance(img, torch.Tensor):
            img = F.pil_to_tensor(img)
        return F.normalize(F.convert_image_dtype(img), self.mean, self.std)


class Weights:
    """One set of weights of a model."""

    def __init__(self, model: str, name: str) -> None:
        self.model, self.name = model, name
        self.meta: dict[str, Any] = {
            "categories": [f"class {i}" for i in range(1000)],
            "num_params": Unknown("num_params"),
        }
        self.url = ""

    def transforms(self, **kwargs: Any) -> ImageClassification:
        """What pictures go through before the model."""
        crop, resize = self._sizes()
        return ImageClassification(**{"crop_size": crop, "resize_size": resize, **kwargs})

    def _sizes(self) -> tuple[int, int]:
        if "SWAG" in self.name:
            size = 224 if "LINEAR" in self.name else {"vit_b_16": 384, "vit_l_16": 512}.get(self.model, 518)
            return size, size
        usual = (224, 232 if self.name == "IMAGENET1K_V2" else 256)
        return _SIZES.get(f"{self.model} {self.name}", _SIZES.get(self.model, usual))

    def get_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """Values that nobody has."""
        return Unknown("state_dict")

    def __repr__(self) -> str:
        return f"{_WEIGHTS[self.model]}_Weights.{self.name}"


class _WeightsMeta(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_") or not name.isupper():
            raise AttributeError(name)
        made = Weights(vars(cls)["model"], name)
        setattr(cls, name, made)
        return made

    def __getitem__(cls, name: str) -> Any:
        return getattr(cls, name)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Weights)


def _enum(model: str) -> type:
    name = f"{_WEIGHTS[model]}_Weights"
    best = "IMAGENET1K_V2" if model in _SECOND else "IMAGENET1K_SWAG_E2E_V1" if model == "vit_h_14" else "IMAGENET1K_V1"
    return _WeightsMeta(name, (), {"model": model, "DEFAULT": Weights(model, best), "__doc__": f"Weights of {model}."})


def _builder(name: str) -> Callable[..., nn.Module]:
    build = BUILDERS[name]

    def make(
        *args: Any, weights: Any = None, progress: bool = True, pretrained: Any = False, **kwargs: Any
    ) -> nn.Module:
        loaded = bool(weights) or bool(pretrained) or bool(args and args[0])
        kwargs.pop("weights_backbone", None)
        classes = kwargs.get("num_classes", 1000)
        if is_unknown(classes):
            kwargs["num_classes"] = MAGIC
        elif loaded and classes != 1000 and isinstance(classes, int):
            raise real(ValueError(f"The parameter 'num_classes' expected value 1000 but got {classes} instead."))
        aux = kwargs.get("aux_logits", name == "inception_v3")
        if loaded and "aux_logits" in kwargs and name in ("googlenet", "inception_v3"):
            kwargs["aux_logits"] = True
        try:
            model: Any = build(**kwargs)
        except TypeError as error:
            if "unexpected keyword argument" in str(error):
                error = real(error)
            raise error
        if loaded and not aux and name in ("googlenet", "inception_v3"):
            model.aux_logits = False
            for part in ("aux1", "aux2", "AuxLogits"):
                if hasattr(model, part):
                    setattr(model, part, None)
        return model

    make.__name__ = make.__qualname__ = name
    make.__module__ = "torchvision.models"
    return make


def _enum_name(model: Any) -> str:
    return f"{_WEIGHTS.get(getattr(model, '__name__', str(model)).lower(), '')}_Weights"


def get_model(name: Any, **config: Any) -> Any:
    """A model by its name."""
    found = names().get(str(name).lower())
    return found(**config) if callable(found) else Unknown("model")


def names() -> dict[str, Any]:
    """What `torchvision.models` holds."""
    if not _made:
        builders = {name: _builder(name) for name in BUILDERS}
        enums = {f"{_WEIGHTS[name]}_Weights": _enum(name) for name in BUILDERS}
        _made.update({key: value for net in NETS for key, value in net.CLASSES.items()})
        _made.update(builders)
        _made.update(enums)
        _made.update({
            "get_model": get_model,
            "get_model_builder": lambda name: _made.get(str(name).lower(), Unknown("builder")),
            "get_model_weights": lambda name: enums.get(_enum_name(name), Unknown("weights")),
            "get_weight": lambda name: getattr(enums.get(name.split(".")[0], Unknown("weights")), name.split(".")[-1]),
            "list_models": lambda *args, **kwargs: sorted(BUILDERS),
        })  # fmt: skip
    return dict(_made)


_made: dict[str, Any] = {}


def of_net(net: Any) -> Callable[[], dict[str, Any]]:
    """The contents of one model's module: its classes and builders."""

    def contents() -> dict[str, Any]:
        everything = names()
        weights = {f"{_WEIGHTS[name]}_Weights": everything[f"{_WEIGHTS[name]}_Weights"] for name in net.BUILDERS}
        own = {key: value for key, value in vars(net).items() if isinstance(value, type) and not key.startswith("_")}
        return {
            **own,
            **net.CLASSES,
            **{name: everything[name] for name in net.BUILDERS},
            **weights,
            "model_urls": Unknown("model_urls"),
        }

    return contents
