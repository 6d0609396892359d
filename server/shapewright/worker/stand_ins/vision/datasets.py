"""torchvision.datasets without data: true lengths, pictures of the true mode and size,
labels that go round the classes.

The user's transforms run on the first samples; later ones get the same answers again, since nothing tells them apart.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from typing import Any, cast

import torch
import torch.utils.data

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real
from shapewright.worker.stand_ins.vision.catalogue import ANY_LENGTH, CATALOGUE, EMNIST, Entry
from shapewright.worker.stand_ins.vision.names import is_steady
from shapewright.worker.unknown import SoftInt

FRESH = 4
"""Samples that run through the user's own transforms."""


class StandardTransform:
    """torchvision's pair of transforms for picture and target."""

    def __init__(self, transform: Any = None, target_transform: Any = None) -> None:
        self.transform, self.target_transform = transform, target_transform

    def __call__(self, picture: Any, target: Any) -> tuple[Any, Any]:
        """Both, transformed."""
        if self.transform is not None:
            picture = self.transform(picture)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return picture, target


class VisionDataset(torch.utils.data.Dataset[Any]):
    """torchvision's base class."""

    def __init__(
        self, root: Any = None, transforms: Any = None, transform: Any = None, target_transform: Any = None
    ) -> None:
        if transforms is not None and (transform is not None or target_transform is not None):
            raise real(ValueError("Only transforms or transform/target_transform can be passed as argument"))
        self.root = os.path.expanduser(root) if isinstance(root, str) else root
        self.transform, self.target_transform = transform, target_transform
        if transform is not None or target_transform is not None:
            transforms = StandardTransform(transform, target_transform)
        self.transforms = transforms

    def __len__(self) -> int:
        return ANY_LENGTH

    def __getitem__(self, index: Any) -> Any:
        return Unknown("sample")


class Sampled(VisionDataset):
    """A data set of the catalogue."""

    entry: Entry
    _sw_count: int = ANY_LENGTH
    _sw_size: tuple[int, int] = (MAGIC, MAGIC)
    _sw_mode: str = "RGB"
    _sw_classes: int = 0
    _sw_first: int = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        options = bound(type(self), self.entry, args, kwargs)
        given = (options.get(name) for name in ("root", "transforms", "transform", "target_transform"))
        VisionDataset.__init__(self, *given)  # no `super`: these methods also work in torchvision's own classes
        entry = self.entry
        self._sw_size, self._sw_mode, self._sw_classes = entry.size or (MAGIC, MAGIC), entry.mode, entry.classes
        self._sw_options = options
        self._sw_count = _length(entry, options)
        for name in ("train", "split"):
            if name in options and name not in vars(type(self)):
                setattr(self, name, options[name])
        self._sw_kept: dict[Any, Any] = {}
        classes = list(entry.names) or [str(i) for i in range(entry.classes)]
        self._settle(options, classes)

    def _settle(self, options: dict[str, Any], classes: list[str]) -> None:
        """What depends on the options of one data set."""
        self.classes: Any = classes
        self.class_to_idx: Any = {name: number for number, name in enumerate(classes)}

    def __len__(self) -> int:
        data = vars(self).get("data")
        return len(data) if data is not None and not is_unknown(data) else self._sw_count

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        made = self._stored(name)
        if made is None:
            return Unknown(name)
        vars(self)[name] = made
        return made

    def _stored(self, name: str) -> Any:
        """`.data`, `.targets`, `.labels`, made when they are asked for."""
        count, store = self._sw_count, self.entry.store
        if name in ("data", "train_data", "test_data") and store:
            width, height = self._sw_size
            if store == "tensor":
                return torch.empty((count, height, width), dtype=torch.uint8)
            bands = len(pil.BANDS[self._sw_mode])
            shape = (
                (height, width) if bands == 1 else (height, width, bands) if store == "hwc" else (bands, height, width)
            )
            return kit.pattern_array((count, *shape))
        if name in ("targets", "train_labels", "test_labels") and self.entry.classes and store != "chw":
            return torch.empty((count,), dtype=torch.int64) if store == "tensor" else self._labels()
        if name == "labels" and store == "chw":
            np = kit.numpy()
            return (
                Unknown(name)
                if np is None
                else np.array(self._labels(), "uint8" if type(self).__name__ == "STL10" else "int64")
            )
        if name in ("samples", "imgs") and self.entry.classes:
            return [(f"{index}.jpg", label) for index, label in enumerate(self._labels())]
        return None

    def _labels(self) -> list[int]:
        return [self.label(index) for index in range(self._sw_count)]

    def label(self, index: int) -> int:
        """The class of a sample."""
        return self._sw_first + index % max(1, self._sw_classes - self._sw_first)

    def picture(self, index: int) -> Any:
        """A picture of the data set's mode and size."""
        return pil.new(self._sw_mode, self._sw_size)

    def target(self, index: int) -> Any:
        """What stands beside the picture."""
        own = vars(self).get("targets", vars(self).get("labels"))
        if own is not None and not is_unknown(own):
            label = own[index]
            # `int` would make a plain number of the soft one that a tensor without values gives.
            number = label.__int__() if hasattr(label, "__int__") else label
            return self.label(index) if type(number) is SoftInt else number
        return self.label(index)

    def __getitem__(self, index: Any) -> Any:
        index = 0 if type(index) in (SoftInt, Unknown) else int(index)
        if index >= len(self) or index < -len(self):
            raise IndexError(f"index {index} is out of range")
        both = self.transforms
        if both is not None and not isinstance(both, StandardTransform):
            return self._once(("pair", index % FRESH), lambda: both(self.picture(index), self.target(index)))
        rounds = 1 if is_steady(self.transform) else FRESH
        picture = self._once((self.transform, index % rounds), lambda: self._seen(self.transform, self.picture(index)))
        target = self.target(index)
        if self.target_transform is None:
            return picture, target
        key = target if isinstance(target, int) else index % FRESH
        return picture, self._once((self.target_transform, key), lambda: self._seen(self.target_transform, target))

    @staticmethod
    def _seen(transform: Any, value: Any) -> Any:
        return value if transform is None else transform(value)

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        """The answer given before, while the default dtype is the same."""
        try:
            kept = self._sw_kept
            full = (key, torch.get_default_dtype())
            if full not in kept:
                kept[full] = make()
            return kept[full]
        except TypeError as error:
            if kit.is_real(error) or "unhashable" not in str(error):
                raise
            return make()


def bound(cls: type, entry: Entry, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The constructor's arguments by name, with defaults. Refuses what the real one does not take."""
    parameters: dict[str, Any] = {"root": Unknown("root")}
    for item in entry.signature.split():
        name, _, default = item.partition("=")
        parameters[name] = ast.literal_eval(default) if default else None
    if len(args) > len(parameters):
        raise real(
            TypeError(
                f"{cls.__name__}.__init__() takes from 2 to {len(parameters) + 1} positional arguments but "
                f"{len(args) + 1} were given"
            )
        )
    given = dict(zip(parameters, args, strict=False))
    for name, value in kwargs.items():
        if name not in parameters:
            raise real(TypeError(f"{cls.__name__}.__init__() got an unexpected keyword argument '{name}'"))
        given[name] = value
    return {**parameters, **given}


def _length(entry: Entry, options: dict[str, Any]) -> int:
    lengths = entry.lengths
    if "train" in options:
        train = options["train"]
        return lengths.get("train" if is_unknown(train) or train else "test", ANY_LENGTH)
    if "year" in options:
        return lengths.get(f"{options['year']} {options['image_set']}", ANY_LENGTH)
    for name in ("split", "image_set", "background"):
        if name in options:
            chosen = options[name]
            if is_unknown(chosen):
                return ANY_LENGTH
            if lengths and name == "split" and str(chosen) not in lengths:
                raise real(
                    ValueError(
                        f"Unknown value '{chosen}' for argument split. Valid values are "
                        f"{{{', '.join(map(repr, lengths))}}}."
                    )
                )
            return lengths.get(str(chosen), ANY_LENGTH)
    return lengths.get("", ANY_LENGTH)


# ----------------------------------------------------------------------------------- those with something of their own


class EMNISTBase(Sampled):
    """EMNIST: the split decides about the classes."""

    def _settle(self, options: dict[str, Any], classes: list[str]) -> None:
        split = options["split"]
        train, test, names = EMNIST.get(split if isinstance(split, str) else "", (ANY_LENGTH, ANY_LENGTH, ()))
        self._sw_count = train if is_unknown(options["train"]) or options["train"] else test
        self._sw_classes, self._sw_first = len(names), 1 if split == "letters" else 0
        Sampled._settle(self, options, list(names))


class QMNISTBase(Sampled):
    """QMNIST: `what` goes before `train`."""

    def _settle(self, options: dict[str, Any], classes: list[str]) -> None:
        if isinstance(options["what"], str):
            self._sw_count = self.entry.lengths.get(options["what"], ANY_LENGTH)
        Sampled._settle(self, options, classes)


class STL10Base(Sampled):
    """STL10: what has no label is -1."""

    def label(self, index: int) -> int:
        """-1 beyond the labelled part."""
        split = self._sw_options["split"]
        return -1 if split == "unlabeled" or (split == "train+unlabeled" and index >= 5000) else index % 10


class Places365Base(Sampled):
    """Places365: `small` pictures have one size."""

    def _settle(self, options: dict[str, Any], classes: list[str]) -> None:
        if options["small"] is True:
            self._sw_size = (256, 256)
        Sampled._settle(self, options, classes)


class Targeted(Sampled):
    """Targets that are no class: masks, attributes, boxes, captions."""

    def target(self, index: int) -> Any:
        """One thing, or a tuple where several were asked for."""
        options = self._sw_options
        wanted = options.get("target_types", options.get("target_type", self.entry.target))
        if is_unknown(wanted):
            return Unknown("target")
        several = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
        found = [self._one(kind, index) for kind in several]
        return found[0] if len(found) == 1 else tuple(found) if found else None

    def _one(self, kind: str, index: int) -> Any:
        label = self.label(index) if self._sw_classes else 0
        made: dict[str, Callable[[], Any]] = {
            "category": lambda: label,
            "binary-category": lambda: label % 2,
            "segmentation": lambda: pil.new("L", self._sw_size),
            "mask": lambda: pil.new("P", self._sw_size),
            "semantic": lambda: pil.new("L", self._sw_size),
            "instance": lambda: pil.new("I", self._sw_size),
            "color": lambda: pil.new("RGBA", self._sw_size),
            "attr": lambda: kit.tensor((40,), torch.int64),
            "identity": lambda: kit.tensor((), torch.int64),
            "bbox": lambda: kit.tensor((4,), torch.int64),
            "landmarks": lambda: kit.tensor((10,), torch.int64),
            "captions": lambda: ["a picture"] * 5,
        }
        return made.get(kind, lambda: Unknown("target"))()


class FakeDataBase(Sampled):
    """FakeData: all is in the constructor."""

    def __init__(
        self, size: Any = 1000, image_size: Any = (3, 224, 224), num_classes: Any = 10, transform: Any = None,
        target_transform: Any = None,
        random_offset: int = 0,
    ) -> None:  # fmt: skip
        VisionDataset.__init__(self, None, None, transform, target_transform)
        self.size, self.num_classes, self.image_size = size, num_classes, image_size
        self._sw_count = int(size) if not is_unknown(size) else ANY_LENGTH
        self._sw_classes = num_classes if isinstance(num_classes, int) else 0
        channels, height, width = (3, MAGIC, MAGIC) if is_unknown(image_size) else image_size
        self._sw_mode, self._sw_size = {1: "L", 4: "RGBA"}.get(channels, "RGB"), (width, height)
        self._sw_kept, self._sw_options = {}, {}


_BASES: dict[str, type[Sampled]] = {
    "EMNIST": EMNISTBase, "QMNIST": QMNISTBase, "STL10": STL10Base, "Places365": Places365Base,
    "FakeData": FakeDataBase,
}  # fmt: skip


def _classes() -> dict[str, type[Sampled]]:
    made: dict[str, type[Sampled]] = {}
    for name, entry in CATALOGUE.items():
        base = _BASES.get(name) or (Sampled if entry.target == "class" else Targeted)
        if name in ("FashionMNIST", "KMNIST"):
            base = made["MNIST"]
        if name == "CIFAR100":
            base = made["CIFAR10"]
        made[name] = cast("type[Sampled]", type(name, (base,), {"entry": entry, "__doc__": f"{name} without data."}))
        kit.named("torchvision.datasets", made[name])
    return made


CLASSES = _classes()
