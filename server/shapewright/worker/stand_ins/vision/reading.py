"""torchvision.io: a picture that is read is a tensor of uint8, whose sizes only the file knows."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import torch

from shapewright.worker.stand_ins import kit

_BANDS = {"GRAY": 1, "GRAY_ALPHA": 2, "RGB": 3, "RGB_ALPHA": 4}


class ImageReadMode(Enum):
    """Which channels to read."""

    UNCHANGED = 0
    GRAY = 1
    GRAY_ALPHA = 2
    RGB = 3
    RGB_ALPHA = 4


def read_image(path: Any = None, mode: Any = ImageReadMode.UNCHANGED, *args: Any, **kwargs: Any) -> Any:
    """`torchvision.io.read_image`: (channels, height, width)."""
    name = mode if isinstance(mode, str) else getattr(mode, "name", "")
    return kit.tensor((_BANDS.get(name, kit.MAGIC), kit.MAGIC, kit.MAGIC), torch.uint8)


def names() -> kit.Names:
    """What the module has."""
    return {"read_image": read_image, "decode_image": read_image, "ImageReadMode": ImageReadMode}


def where_missing(module: Any) -> None:
    """The installed reader, for files that are there."""
    plain: Callable[..., Any] = module.read_image

    def read(path: Any = None, mode: Any = ImageReadMode.UNCHANGED, *args: Any, **kwargs: Any) -> Any:
        try:
            return plain(path, mode, *args, **kwargs)
        except RuntimeError:
            return read_image(path, mode)

    module.read_image = read
