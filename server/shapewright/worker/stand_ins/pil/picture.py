"""Pictures without pixels: one has a mode and a size, and every method gives the mode and size that Pillow's does.

Where Pillow is installed the same class is a subclass of its `Image`, for images whose file is not there.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

import torch

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, soft
from shapewright.worker.unknown import SoftInt

BANDS: dict[str, tuple[str, ...]] = {
    "1": ("1",), "L": ("L",), "P": ("P",), "I": ("I",), "F": ("F",), "I;16": ("I",), "LA": ("L", "A"), "PA": ("P",
    "A"), "La": ("L", "a"),
    "RGB": ("R", "G", "B"), "HSV": ("H", "S", "V"), "LAB": ("L", "A", "B"), "YCbCr": ("Y", "Cb", "Cr"),
    "RGBA": ("R", "G", "B", "A"), "RGBX": ("R", "G", "B", "X"), "RGBa": ("R", "G", "B", "a"), "CMYK": ("C", "M", "Y",
    "K"),
}  # fmt: skip


class _AnyMode(str):
    """The mode of a picture that is not here: no mode is equal to it, and nobody knows that."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Unknown.decided |= other is not self
        return other is self

    def __ne__(self, other: object) -> bool:
        return not self == other


ANY_MODE = _AnyMode("?")
"""The mode of a picture whose file is not there: nobody knows how many channels it has until it is converted."""
DTYPES = {"1": "bool", "I": "int32", "F": "float32", "I;16": "uint16"}
"""The NumPy dtype of a mode; uint8 for the others."""


class ImageMethods:
    """What a picture without pixels can do. `size` is (width, height); an unknown size is a multiple of
    `unknown.MAGIC`."""

    _mode: str
    _size: tuple[int, int]
    format: Any = None
    filename = ""
    info: Mapping[str, Any]

    @property
    def mode(self) -> str:
        """Pillow's name of the pixel format."""
        return self._mode

    @property
    def size(self) -> tuple[int, int]:
        """Width and height; unknown ones are soft, and so is what is computed from them."""
        width, height = (SoftInt(side) if soft(side) else side for side in self._size)
        return width, height

    @property
    def width(self) -> int:
        """First item of `size`."""
        return self.size[0]

    @property
    def height(self) -> int:
        """Second item of `size`."""
        return self.size[1]

    def _new(self, mode: Any = None, size: Any = None) -> Any:
        return new(mode or self._mode, size or self._size)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<PIL.Image.Image image mode={self._mode} size={self._size[0]}x{self._size[1]}>"

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        bands = len(BANDS.get(self._mode, ("",)))
        shape = (self.height, self.width) if bands == 1 else (self.height, self.width, bands)
        name = DTYPES.get(self._mode, "uint8")
        if soft(*shape):  # no memory is taken: `arrays` keeps it from being copied
            np = kit.numpy()
            one = np.zeros((1,) * len(shape), dtype or name)
            return np.lib.stride_tricks.as_strided(one, shape, (0,) * len(shape))
        array = kit.pattern_array(shape, "uint8" if name == "bool" else name, 0, 2 if name == "bool" else 256)
        return array.astype(dtype or name)

    def getbands(self) -> tuple[str, ...]:
        """The names of the channels."""
        return BANDS.get(self._mode, ("?",))

    def convert(self, mode: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The same picture in another mode."""
        return self._new("RGB" if mode is None and self._mode == "P" else mode)

    def resize(self, size: Any, *args: Any, **kwargs: Any) -> Any:
        """A picture of exactly this size."""
        return self._new(size=_pair(size))

    def reduce(self, factor: Any, *args: Any) -> Any:
        """Both sides divided by a whole number, rounded up."""
        across, down = (factor, factor) if isinstance(factor, int) else factor
        return self._new(size=(_ceil(self.width, across), _ceil(self.height, down)))

    def crop(self, box: Any = None) -> Any:
        """The size of the box."""
        if box is None:
            return self._new()
        if is_unknown(box) or any(map(is_unknown, box)):
            return self._new(size=(MAGIC, MAGIC))
        left, top, right, bottom = (v if soft(v) else round(v) for v in box)
        return self._new(size=(_span(left, right), _span(top, bottom)))

    def rotate(self, angle: Any, resample: Any = 0, expand: Any = False, *args: Any, **kwargs: Any) -> Any:
        """The size stays, but for a quarter turn and for `expand`."""
        if not expand:
            return self._new()
        if is_unknown(angle) or soft(*self._size):
            return self._new(size=(MAGIC, MAGIC))
        return self._new(size=expanded(self._size, angle % 360))

    def transpose(self, method: Any) -> Any:
        """A flip keeps the size, a quarter turn swaps it."""
        return self._new(size=self._size[::-1] if int(method) in (2, 4, 5, 6) else self._size)

    def transform(self, size: Any, *args: Any, **kwargs: Any) -> Any:
        """A picture of this size."""
        return self._new(size=_pair(size))

    def thumbnail(self, size: Any, *args: Any, **kwargs: Any) -> None:
        """Made smaller in place, in proportion."""
        width, height = _pair(size)
        if soft(width, height, *self._size):
            self._size = (MAGIC, MAGIC)
            return
        if width >= self.width and height >= self.height:
            return
        aspect = self.width / self.height
        if width / height >= aspect:
            width = max(1, round(height * aspect))
        else:
            height = max(1, round(width / aspect))
        self._size = (width, height)

    def split(self) -> Any:
        """One picture of mode L for each channel."""
        if self._mode is ANY_MODE:
            return Unknown("channels")
        return tuple(self._new(mode="L") for _ in self.getbands()) if len(self.getbands()) > 1 else (self._new(),)

    def getchannel(self, channel: Any) -> Any:
        """One channel."""
        return self._new(mode="L")

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """The same size and mode."""
        return self._new()

    filter = quantize_same = effect_spread = copy
    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> Any:
        return self._new()

    def point(self, lut: Any, mode: Any = None) -> Any:
        """Same size, perhaps another mode."""
        return self._new(mode=mode)

    def quantize(self, *args: Any, **kwargs: Any) -> Any:
        """A picture with a palette."""
        return self._new(mode="P")

    def getpixel(self, xy: Any) -> Any:
        """A number, or one for each channel: unknown."""
        bands = len(self.getbands())  # of an unknown mode one, too: then the pixel may be anything
        return Unknown("pixel") if bands == 1 else tuple(Unknown("pixel") for _ in range(bands))

    def getdata(self, band: Any = None) -> Any:
        """The pixels, unknown."""
        return Unknown("pixels")

    getextrema = getcolors = histogram = entropy = getbbox = tobytes = getpalette = getexif = load = tell = getdata

    def putalpha(self, alpha: Any) -> None:
        """The picture gets an alpha channel in place."""
        self._mode = {"L": "LA", "LA": "LA"}.get(self._mode, "RGBA")

    def paste(self, *args: Any, **kwargs: Any) -> None:
        """Nothing that a size or mode would show."""

    save = show = close = verify = seek = putpixel = putdata = putpalette = draft = alpha_composite = paste

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in ("shape", "dtype", "ndim", "numpy", "unsqueeze", "to", "float", "cuda", "permute", "view"):
            raise kit.real(AttributeError(f"'Image' object has no attribute '{name}'", name=name, obj=self))
        return Unknown(name)


class Image(ImageMethods):
    """A picture where Pillow is missing."""

    def __init__(self, mode: str = "", size: tuple[int, int] = (0, 0)) -> None:
        self._mode, self._size, self.info = mode, size, {}


Image.__module__ = "PIL.Image"
_classes: list[type] = []
"""The class below, once it was needed."""


def picture_class() -> type:
    """The class of pictures without pixels: Pillow's `Image` is among its bases where Pillow was imported."""
    if not _classes:
        base: Any = getattr(sys.modules.get("PIL.Image"), "Image", Image)
        if base is Image:
            return Image

        class Picture(ImageMethods, base):
            """A picture without pixels that passes for one of Pillow's."""

            def __init__(self, mode: str = "", size: tuple[int, int] = (0, 0)) -> None:
                self._mode, self._size, self.info = mode, size, {}
                self._exif = None
                self.readonly = 0
                self.pyaccess = None

            @property
            def __array_interface__(self) -> Any:
                raise AttributeError("__array_interface__")

        Picture.__name__ = Picture.__qualname__ = "Image"
        Picture.__module__ = "PIL.Image"
        _classes.append(Picture)
    return _classes[0]


def forget() -> None:
    """Make the class anew at the next picture: another Pillow may be there."""
    _classes.clear()


def new(mode: Any, size: Any, color: Any = 0) -> Any:
    """`PIL.Image.new`: without pixels where Pillow is missing or the size is unknown."""
    mode, size = "RGB" if is_unknown(mode) else mode, _pair(size)
    cls = picture_class()
    return cls(mode, size) if cls is Image or mode is ANY_MODE or soft(*size) else _pillow_new(mode, size)


def _pillow_new(mode: str, size: tuple[int, int]) -> Any:
    from PIL import Image as pillow  # pyright: ignore[reportMissingImports]  # called where it is there

    return pillow.new(mode, size)


def is_picture(value: Any) -> bool:
    """Whether a value is a picture, of ours or of Pillow's."""
    return isinstance(value, ImageMethods) or (
        hasattr(value, "getbands")
        and hasattr(value, "mode")
        and not isinstance(value, torch.Tensor)
        and not is_unknown(value)
    )


def expanded(size: tuple[int, int], angle: float) -> tuple[int, int]:
    """The size that Pillow gives a picture rotated with `expand`."""
    width, height = size
    if angle % 90 == 0:
        return size if angle % 180 == 0 else (height, width)
    turn = -math.radians(angle)
    a, b, c = round(math.cos(turn), 15), round(math.sin(turn), 15), 0.0
    d, e, f = round(-math.sin(turn), 15), round(math.cos(turn), 15), 0.0
    center = (width / 2, height / 2)
    c, f = a * -center[0] + b * -center[1] + c + center[0], d * -center[0] + e * -center[1] + f + center[1]
    corners = ((0, 0), (width, 0), (width, height), (0, height))
    across = [a * x + b * y + c for x, y in corners]
    down = [d * x + e * y + f for x, y in corners]
    return math.ceil(max(across)) - math.floor(min(across)), math.ceil(max(down)) - math.floor(min(down))


def _pair(size: Any) -> tuple[int, int]:
    if is_unknown(size):
        return (MAGIC, MAGIC)
    width, height = size
    return kit.size_or_magic(width), kit.size_or_magic(height)


def _span(low: Any, high: Any) -> int:
    return MAGIC if soft(low) or soft(high) else max(0, high - low)


def _ceil(size: int, factor: Any) -> int:
    return MAGIC if soft(size, factor) else -(-size // factor)


def borders(border: Any) -> tuple[Any, Any, Any, Any]:
    """Left, top, right and bottom of a border given as Pillow and torchvision take it."""
    if isinstance(border, (tuple, list)) and len(border) == 1:
        border = border[0]
    if isinstance(border, (tuple, list)):
        left, top, right, bottom = border if len(border) == 4 else (*border, *border)
        return left, top, right, bottom
    return border, border, border, border


def grown(size: Any, *more: Any) -> int:
    """A size with borders added."""
    return MAGIC if soft(size, *more) else size + sum(more)
