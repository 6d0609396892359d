"""The image data sets of torchvision as a table: constructor, lengths, picture mode and size, number of classes."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from shapewright.worker.unknown import MAGIC

ANY_LENGTH = 16 * MAGIC
"""Length of a data set of which nobody knows it."""


@dataclass(frozen=True)
class Entry:
    """`signature`: the constructor's parameters after `root`,
    with defaults. `lengths`: by split (`""` where there is but one).
    `size`: width and height, None where every picture has its own. `classes`: 0 where the target is no class.
    `store`: what `.data` is: `tensor`, `hwc` or `chw` for arrays, nothing where files are read one by one."""

    signature: str
    lengths: Mapping[str, int]
    mode: str = "RGB"
    size: tuple[int, int] | None = None
    classes: int = 0
    store: str = ""
    target: str = "class"
    names: tuple[str, ...] = ()


_TRAIN = "train=True transform target_transform download=False"
_SPLIT = "split='train' transform target_transform download=False loader"
_VOC = "year='2012' image_set='train' download=False transform target_transform transforms"
_DIGITS = tuple(
    f"{i} - {n}" for i, n in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
)
_CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_STL = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
_EUROSAT = (
    "AnnualCrop",
    "Forest",
    "HerbaceousVegetation",
    "Highway",
    "Industrial",
    "Pasture",
    "PermanentCrop",
    "Residential",
    "River",
    "SeaLake",
)
_SIXTY = {"train": 60000, "test": 10000}


def _digits(names: tuple[str, ...]) -> Entry:
    return Entry(_TRAIN, _SIXTY, "L", (28, 28), 10, "tensor", names=names)


def _files(
    lengths: Mapping[str, int],
    classes: int,
    signature: str = _SPLIT,
    size: tuple[int, int] | None = None,
    mode: str = "RGB",
) -> Entry:
    return Entry(signature, lengths, mode, size, classes)


CATALOGUE: Mapping[str, Entry] = {
    "MNIST": _digits(_DIGITS),
    "FashionMNIST": _digits(_FASHION),
    "KMNIST": _digits(("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")),
    "QMNIST": Entry("what=None compat=True train=True transform target_transform download=False", {"train": 60000,
    "test": 60000, "test10k": 10000, "test50k": 50000, "nist": 402953}, "L", (28, 28), 10, "tensor", names=_DIGITS),
    "EMNIST": Entry("split train=True transform target_transform download=False", {}, "L", (28, 28), 10, "tensor"),
    "CIFAR10": Entry(_TRAIN, {"train": 50000, "test": 10000}, "RGB", (32, 32), 10, "hwc", names=_CIFAR),
    "CIFAR100": Entry(_TRAIN, {"train": 50000, "test": 10000}, "RGB", (32, 32), 100, "hwc"),
    "SVHN": Entry("split='train' transform target_transform download=False", {"train": 73257, "test": 26032,
    "extra": 531131}, "RGB", (32, 32), 10, "chw"),
    "STL10": Entry("split='train' folds=None transform target_transform download=False", {"train": 5000, "test": 8000,
    "unlabeled": 100000, "train+unlabeled": 105000}, "RGB", (96, 96), 10, "chw", names=_STL),
    "USPS": Entry(_TRAIN, {"train": 7291, "test": 2007}, "L", (16, 16), 10, "hwc"),
    "SEMEION": Entry("transform target_transform download=True", {"": 1593}, "L", (16, 16), 10, "hwc"),
    "FER2013": _files({"train": 28709, "test": 3589}, 7, "split='train' transform target_transform", (48, 48), "L"),
    "PCAM": _files({"train": 262144, "val": 32768, "test": 32768}, 2, size=(96, 96)),
    "EuroSAT": Entry("transform target_transform download=False loader", {"": 27000}, "RGB", (64, 64), 10,
    names=_EUROSAT),
    "RenderedSST2": _files({"train": 6920, "val": 872, "test": 1821}, 2, size=(448, 448)),
    "CLEVRClassification": _files({"train": 70000, "val": 15000, "test": 15000}, 11, size=(480, 320)),
    "Omniglot": _files({"True": 19280, "False": 13180}, 964,
    "background=True transform target_transform download=False loader", (105, 105), "L"),
    "GTSRB": _files({"train": 26640, "test": 12630}, 43),
    "DTD": Entry("split='train' partition=1 transform target_transform download=False loader", dict.fromkeys(("train",
    "val", "test"), 1880), classes=47),
    "Flowers102": _files({"train": 1020, "val": 1020, "test": 6149}, 102),
    "Food101": _files({"train": 75750, "test": 25250}, 101),
    "Country211": _files({"train": 31650, "valid": 10550, "test": 21100}, 211),
    "StanfordCars": _files({"train": 8144, "test": 8041}, 196),
    "FGVCAircraft": _files({"train": 3334, "val": 3333, "trainval": 6667, "test": 3333}, 100,
    "split='trainval' annotation_level='variant' transform target_transform download=False loader"),
    "SUN397": _files({"": 108754}, 397, "transform target_transform download=False loader"),
    "Imagenette": _files({"train": 9469, "val": 3925}, 10,
    "split='train' size='full' download=False transform target_transform loader"),
    "ImageNet": _files({"train": 1281167, "val": 50000}, 1000,
    "split='train' transform target_transform loader is_valid_file"),
    "Places365": _files({"train-standard": 1803460, "train-challenge": 8026628, "val": 36500, "test": 328500}, 365,
    "split='train-standard' small=False download=False transform target_transform loader"),
    "Caltech101": _files({"": 8677}, 101, "target_type='category' transform target_transform download=False"),
    "Caltech256": _files({"": 30607}, 257, "transform target_transform download=False"),
    "OxfordIIITPet": Entry("split='trainval' target_types='category' transforms transform target_transform "
    "download=False", {"trainval": 3680, "test": 3669}, classes=37, target="pet"),
    "CelebA": Entry("split='train' target_type='attr' transform target_transform download=False", {"train": 162770,
    "valid": 19867, "test": 19962, "all": 202599}, "RGB", (178, 218), target="celeba"),
    "LFWPeople": _files({"train": 9525, "test": 3708, "10fold": 13233}, 5749,
    "split='10fold' image_set='funneled' transform target_transform download=False loader", (250, 250)),
    "VOCSegmentation": Entry(_VOC, {"2012 train": 1464, "2012 val": 1449, "2012 trainval": 2913, "2007 train": 209,
    "2007 val": 213, "2007 trainval": 422, "2007 test": 210}, target="mask"),
    "VOCDetection": Entry(_VOC, {"2012 train": 5717, "2012 val": 5823, "2012 trainval": 11540, "2007 train": 2501,
    "2007 val": 2510, "2007 trainval": 5011, "2007 test": 4952}, target="unknown"),
    "SBDataset": Entry("image_set='train' mode='boundaries' download=False transforms", {"train": 8498, "val": 2857,
    "train_noval": 5623}, target="unknown"),
    "Cityscapes": Entry("split='train' mode='fine' target_type='instance' transform target_transform transforms",
    {"train": 2975, "val": 500, "test": 1525}, "RGB", (2048, 1024), target="city"),
    "CocoDetection": Entry("annFile transform target_transform transforms", {}, target="unknown"),
    "CocoCaptions": Entry("annFile transform target_transform transforms", {}, target="captions"),
    "Flickr8k": Entry("ann_file transform target_transform loader", {}, target="captions"),
    "Flickr30k": Entry("ann_file transform target_transform loader", {}, target="captions"),
    "Kitti": Entry("train=True transform target_transform transforms download=False", {"train": 7481, "test": 7518},
    target="unknown"),
    "WIDERFace": _files({"train": 12880, "val": 3226, "test": 16097}, 0,
    "split='train' transform target_transform download=False"),
    "INaturalist": Entry("version='2021_train' target_type='full' transform target_transform download=False loader",
    {}, target="unknown"),
    "LSUN": Entry("classes='train' transform target_transform", {}, target="unknown"),
    "FakeData": Entry("", {}, target="fake"),
}  # fmt: skip

_LETTERS = list(string.ascii_letters + string.digits)
EMNIST: Mapping[str, tuple[int, int, tuple[str, ...]]] = {
    "byclass": (697932, 116323, tuple(sorted(_LETTERS))),
    "bymerge": (697932, 116323, tuple(sorted(set(_LETTERS) - set("cijklmopsuvwxyz")))),
    "balanced": (112800, 18800, tuple(sorted(set(_LETTERS) - set("cijklmopsuvwxyz")))),
    "letters": (124800, 20800, ("N/A", *string.ascii_lowercase)),
    "digits": (240000, 40000, tuple(string.digits)),
    "mnist": (60000, 10000, tuple(string.digits)),
}
"""Splits of EMNIST: lengths and classes. The labels of `letters` go from 1 to 26."""
