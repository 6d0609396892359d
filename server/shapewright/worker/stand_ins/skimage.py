"""scikit-image where it is missing: pictures read from files are Unknown, resized ones have the size that was asked for
and are float64. No pixel is computed."""

from __future__ import annotations

from typing import Any

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, soft

_READ = "skimage picture"
_FLOATS = ("float32", "float16", "float64")


def _dtype(image: Any) -> str | None:
    """The dtype of a result: float64, unless floats came in."""
    facts = unread.facts_of(image)
    if facts is not None:
        return None if facts.dtype is None else facts.dtype if facts.dtype in _FLOATS else "float64"
    if is_unknown(image):
        return "float64" if _is_read(image) else None
    name = str(getattr(image, "dtype", ""))
    return name if name in _FLOATS else "float64"


def imread(fname: Any = None, *args: Any, **kwargs: Any) -> Any:
    """A picture of a file: whole numbers, in colour or not."""
    return Unknown(_READ)


def _is_read(image: Any) -> bool:
    return is_unknown(image) and object.__getattribute__(image, "_sw_name") == _READ


def resize(image: Any = None, output_shape: Any = None, *args: Any, **kwargs: Any) -> Any:
    """A picture of this shape; of two sizes the channels stay."""
    sizes = tuple(output_shape) if isinstance(output_shape, (tuple, list)) else ()
    if not sizes or soft(*sizes) or kwargs.get("preserve_range") or not all(isinstance(s, int) for s in sizes):
        return Unknown("picture")
    facts = unread.facts_of(image)
    shape = facts.shape if facts is not None else () if is_unknown(image) else getattr(image, "shape", ())
    if len(sizes) < 3 and not shape:
        return Unknown("picture")
    full = (*sizes, *shape[len(sizes) :])
    dtype = _dtype(image)
    if dtype is None or None in full or is_unknown(image):
        return unread.Array(full, dtype).unknown()
    return kit.numpy().zeros(full, dtype)


def rgb2gray(image: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Two dimensions, in floats."""
    facts = unread.facts_of(image)
    if facts is not None and len(facts) == 3:
        return unread.Array(facts.shape[:2], _dtype(image)).unknown()
    if _is_read(image) and facts is None:
        return unread.Array((None, None), "float64").unknown()
    return Unknown("picture")


MODULES: kit.Modules = {
    "skimage": dict,
    "skimage.io": lambda: {"imread": imread},
    "skimage.transform": lambda: {"resize": resize},
    "skimage.color": lambda: {"rgb2gray": rgb2gray},
}
