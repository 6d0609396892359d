"""The names of torchvision.transforms, among them those that change values only, and which transforms are steady."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.vision import functional as F
from shapewright.worker.stand_ins.vision.transforms import (
    CenterCrop,
    Colored,
    Compose,
    ConvertImageDtype,
    FiveCrop,
    Grayscale,
    Lambda,
    LinearTransformation,
    Normalize,
    Pad,
    PILToTensor,
    RandomApply,
    RandomChoice,
    RandomCrop,
    RandomErasing,
    RandomGrayscale,
    RandomHorizontalFlip,
    RandomOrder,
    RandomResizedCrop,
    RandomRotation,
    Resize,
    Same,
    TenCrop,
    ToPILImage,
    ToTensor,
)


def derived(names: str, base: type) -> dict[str, type]:
    """Classes that do nothing beyond their base, each with its own name."""
    return {name: type(name, (base,), {"__doc__": base.__doc__}) for name in names.split()}


OWN = (
    Compose, RandomOrder, RandomApply, RandomChoice, ToTensor, PILToTensor, ToPILImage, Lambda, Normalize,
    ConvertImageDtype, Resize, CenterCrop, RandomCrop,
    RandomResizedCrop, Pad, FiveCrop, TenCrop, Grayscale, RandomGrayscale, RandomRotation, RandomHorizontalFlip,
    RandomErasing, LinearTransformation,
)  # fmt: skip
SAME = (
    "RandomVerticalFlip RandomAffine RandomPerspective GaussianBlur RandomEqualize ElasticTransform "
    "AutoAugment RandAugment TrivialAugmentWide AugMix"
)
COLORED = "ColorJitter RandomInvert RandomPosterize RandomSolarize RandomAdjustSharpness RandomAutocontrast"
CLASSES: dict[str, type] = {
    **{cls.__name__: cls for cls in OWN},
    **derived(SAME, Same),
    **derived(COLORED, Colored),
    **derived("RandomSizedCrop", RandomResizedCrop),
    **derived("Scale", Resize),
}
kit.named("torchvision.transforms.transforms", *CLASSES.values())


def is_steady(transform: Any) -> bool:
    """Whether the result of a transform depends on the kind of picture only: it and all that it holds are
    torchvision's."""
    if transform is None:
        return True
    kind = type(transform)
    if kind.__module__.partition(".")[0] != "torchvision" or kind.__name__ == "Lambda":
        return False
    inner = getattr(transform, "transforms", ())
    return isinstance(inner, (list, tuple, torch.nn.ModuleList)) and all(map(is_steady, inner))


def names() -> dict[str, Any]:
    """What `torchvision.transforms` holds."""
    policy = type("AutoAugmentPolicy", (), {"IMAGENET": "imagenet", "CIFAR10": "cifar10", "SVHN": "svhn"})
    return {**CLASSES, "InterpolationMode": F.InterpolationMode, "AutoAugmentPolicy": policy}
