"""PIL's modules: opening, making and changing pictures."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import torch

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, soft
from shapewright.worker.stand_ins.pil.picture import ANY_MODE, Image, borders, grown, is_picture, new


def open_image(fp: Any, mode: str = "r", formats: Any = None) -> Any:
    """`PIL.Image.open`: a small header tells the size of a colour picture that is there; else size and mode
    are unknown."""
    size = _size_in(fp)
    picture = new("RGB", size) if size else new(ANY_MODE, (MAGIC, MAGIC))
    if isinstance(fp, (str, os.PathLike)):
        picture.filename = str(fp)
    return picture


def _size_in(fp: Any) -> tuple[int, int] | None:
    """The size in a PNG or GIF header."""
    if not isinstance(fp, (str, os.PathLike)) or is_unknown(fp):
        return None
    with contextlib.suppress(OSError, ValueError), open(fp, "rb") as file:
        head = file.read(26)
        if head[:8] == b"\x89PNG\r\n\x1a\n" and head[25] == 2:
            return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return None


def fromarray(obj: Any, mode: Any = None) -> Any:
    """`PIL.Image.fromarray`: mode and size from the array's dtype and shape."""
    if is_unknown(obj):
        return new(ANY_MODE, (MAGIC, MAGIC))
    if isinstance(obj, torch.Tensor):
        if not hasattr(obj, "__array_interface__"):
            raise kit.real(AttributeError("'Tensor' object has no attribute '__array_interface__'"))
        obj = obj.numpy()
    shape: tuple[int, ...] = tuple(getattr(obj, "shape", ()))
    dtype = str(getattr(obj, "dtype", "uint8"))
    if mode is None and len(shape) > 2 and soft(*shape[2:]):
        return new(ANY_MODE, (shape[1], shape[0]))
    if mode is None:
        mode = _ARRAY_MODES.get((shape[2:], dtype))
        if mode is None:
            kind = {
                "bool": "|b1",
                "uint8": "|u1",
                "float64": "<f8",
                "float32": "<f4",
                "int64": "<i8",
                "int32": "<i4",
            }.get(dtype, dtype)
            raise kit.real(TypeError(f"Cannot handle this data type: {(1, 1, *shape[2:])}, {kind}"))
    if len(shape) < 2:
        raise kit.real(ValueError("not enough dimensions"))
    return new(mode, (shape[1], shape[0]))


_ARRAY_MODES: dict[tuple[tuple[int, ...], str], str] = {
    ((), "bool"): "1", ((), "uint8"): "L", ((), "int8"): "I", ((), "int16"): "I", ((), "uint16"): "I;16", ((),
    "int32"): "I",
    ((), "float32"): "F", ((), "float64"): "F", ((2,), "uint8"): "LA", ((3,), "uint8"): "RGB", ((4,), "uint8"): "RGBA",
}  # fmt: skip


def merge(mode: str, bands: Any) -> Any:
    """`PIL.Image.merge`."""
    return new(mode, bands[0].size if not is_unknown(bands) else (MAGIC, MAGIC))


def blend(first: Any, *others: Any) -> Any:
    """`Image.blend`, `Image.composite`, `Image.alpha_composite`."""
    return first.copy() if is_picture(first) else Unknown("image")


_METHODS = ["FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM", "ROTATE_90", "ROTATE_180", "ROTATE_270", "TRANSPOSE", "TRANSVERSE"]
_FILTERS = {"NEAREST": 0, "LANCZOS": 1, "BILINEAR": 2, "BICUBIC": 3, "BOX": 4, "HAMMING": 5, "ANTIALIAS": 1}
_TRANSPOSES = {name: number for number, name in enumerate(_METHODS)}
_TRANSFORMS = {"AFFINE": 0, "EXTENT": 1, "PERSPECTIVE": 2, "QUAD": 3, "MESH": 4}


def _constants(name: str, values: Mapping[str, int]) -> Any:
    return type(name, (), dict(values))


def _same(image: Any, *args: Any, **kwargs: Any) -> Any:
    return image.copy() if is_picture(image) else Unknown("image")


def _image() -> kit.Names:
    return {
        "Image": Image, "open": open_image, "new": new, "fromarray": fromarray, "merge": merge, "blend": blend,
        "composite": blend,
        "alpha_composite": blend, "frombytes": lambda mode, size, *a, **k: new(mode, size), "frombuffer": lambda mode,
        size, *a, **k: new(mode, size),
        "Resampling": _constants("Resampling", _FILTERS), "Transpose": _constants("Transpose", _TRANSPOSES),
        "Transform": _constants("Transform", _TRANSFORMS), **_FILTERS, **_TRANSPOSES, **_TRANSFORMS,
        "MAX_IMAGE_PIXELS": 89478485,
        "UnidentifiedImageError": OSError, "DecompressionBombError": OSError,
    }  # fmt: skip


def _image_ops() -> kit.Names:
    def expand(image: Any, border: Any = 0, fill: Any = 0) -> Any:
        left, top, right, bottom = borders(border)
        return new(image.mode, (grown(image.size[0], left, right), grown(image.size[1], top, bottom)))

    def sized(image: Any, size: Any, *args: Any, **kwargs: Any) -> Any:
        return new(image.mode, size)

    def grayscale(image: Any) -> Any:
        return image.convert("L")

    def exif_transpose(image: Any, *args: Any, **kwargs: Any) -> Any:
        return image

    names = ("autocontrast", "equalize", "flip", "invert", "mirror", "posterize", "solarize")
    return {
        **dict.fromkeys(names, _same), "expand": expand, "fit": sized, "pad": sized, "grayscale": grayscale,
        "exif_transpose": exif_transpose,
        "contain": lambda image, size, *a, **k: new(image.mode, (MAGIC, MAGIC)),
    }  # fmt: skip


def _image_enhance() -> kit.Names:
    class Enhancer:
        """Brightness, Color, Contrast, Sharpness."""

        def __init__(self, image: Any) -> None:
            self.image = image

        def enhance(self, factor: Any) -> Any:
            """A picture of the same size and mode."""
            return _same(self.image)

    return dict.fromkeys(("Brightness", "Color", "Contrast", "Sharpness"), Enhancer)


MODULES: kit.Modules = {
    "PIL": lambda: {"__version__": "11.0.0", "UnidentifiedImageError": OSError},
    "PIL.Image": _image,
    "PIL.ImageOps": _image_ops,
    "PIL.ImageEnhance": _image_enhance,
    "PIL.ImageFile": lambda: {"LOAD_TRUNCATED_IMAGES": False},
    "PIL.ImageDraw": dict,
    "PIL.ImageFilter": dict,
    "PIL.ImageFont": dict,
}
