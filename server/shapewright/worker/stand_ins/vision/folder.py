"""torchvision's ImageFolder and DatasetFolder: the classes of a folder that is there; else nobody knows them."""

from __future__ import annotations

import contextlib
import os
from typing import Any

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown
from shapewright.worker.stand_ins.vision.catalogue import ANY_LENGTH, Entry
from shapewright.worker.stand_ins.vision.datasets import FRESH, Sampled, VisionDataset, bound

IMG_EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
_FILES = 50_000
"""Files of a folder that are looked at."""


def default_loader(path: Any) -> Any:
    """A picture of unknown size."""
    return pil.new("RGB", (MAGIC, MAGIC))


class DatasetFolder(Sampled):
    """A folder for each class. Pictures may have any size, also where the files are there."""

    entry = Entry("loader extensions transform target_transform is_valid_file allow_empty=False", {})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        options = bound(type(self), self.entry, args, kwargs)
        VisionDataset.__init__(self, options["root"], None, options["transform"], options["target_transform"])
        self._sw_options, self._sw_kept, self._sw_size = options, {}, (MAGIC, MAGIC)
        self.loader = options["loader"] or default_loader
        self.extensions = options.get("extensions")
        found = _scan(self.root, options.get("extensions") or IMG_EXTENSIONS)
        if found is None:
            self.classes, self.class_to_idx = Unknown("classes"), Unknown("class_to_idx")
            self._sw_count = ANY_LENGTH
            return
        self.classes, self.samples = found
        self.class_to_idx = {name: number for number, name in enumerate(self.classes)}
        self.imgs, self.targets = self.samples, [label for _, label in self.samples]
        self._sw_count, self._sw_classes = len(self.samples), len(self.classes)

    def __len__(self) -> int:
        samples = vars(self).get("samples")
        return self._sw_count if samples is None or is_unknown(samples) else len(samples)

    def _stored(self, name: str) -> Any:
        if name in ("samples", "imgs"):
            vars(self)["samples"] = vars(self)["imgs"] = made = [("picture.jpg", 0)] * ANY_LENGTH
            return made
        return [0] * ANY_LENGTH if name == "targets" else None

    def label(self, index: int) -> int:
        """The class; the first one where the folder is not there, since nobody knows how many there are."""
        samples = vars(self).get("samples")
        return samples[index][1] if samples is not None and not is_unknown(samples) else 0

    def picture(self, index: int) -> Any:
        """What the loader gives."""
        samples = vars(self).get("samples")
        path = Unknown("path") if samples is None or is_unknown(samples) else samples[index][0]
        return self._once(("file", self.loader, index % FRESH), lambda: self.loader(path))

    def find_classes(self, directory: Any) -> Any:
        """Classes and their numbers."""
        return self.classes, self.class_to_idx

    make_dataset = staticmethod(lambda *args, **kwargs: Unknown("samples"))


class ImageFolder(DatasetFolder):
    """A folder of pictures for each class."""

    entry = Entry("transform target_transform loader is_valid_file allow_empty=False", {})


kit.named("torchvision.datasets.folder", DatasetFolder, ImageFolder)


def _scan(root: Any, extensions: Any) -> tuple[list[str], list[tuple[str, int]]] | None:
    """Classes and files under `root`, or None where there are none or too many."""
    if not isinstance(root, (str, os.PathLike)) or is_unknown(root):
        return None
    endings = tuple(extensions) if not is_unknown(extensions) else IMG_EXTENSIONS
    found: list[tuple[str, int]] = []
    with contextlib.suppress(OSError, TypeError):
        classes = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
        for number, name in enumerate(classes):
            for folder, folders, files in os.walk(os.path.join(root, name)):
                folders.sort()
                found += [
                    (os.path.join(folder, file), number) for file in sorted(files) if file.lower().endswith(endings)
                ]
                if len(found) > _FILES:
                    return None
        return (classes, found) if found else None
    return None
