"""OpenCV where it is missing: arrays have the sizes and channels that its functions give. No pixel is computed.

A picture that was read has an unknown size, so it is Unknown, named after its number of channels; resizing gives it a
known one.
"""

from __future__ import annotations

from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, soft

_COLOR, _GRAY = "cv2 picture of 3 channels", "cv2 picture without channels"
_TO_GRAY = frozenset((6, 7, 10, 11))
_FROM_GRAY = 8
_NAMES = {
    "IMREAD_UNCHANGED": -1, "IMREAD_GRAYSCALE": 0, "IMREAD_COLOR": 1,
    "COLOR_BGR2RGB": 4, "COLOR_RGB2BGR": 4, "COLOR_BGR2GRAY": 6, "COLOR_RGB2GRAY": 7, "COLOR_GRAY2BGR": 8,
    "COLOR_GRAY2RGB": 8, "COLOR_BGRA2GRAY": 10, "COLOR_RGBA2GRAY": 11, "COLOR_BGR2HSV": 40, "COLOR_RGB2HSV": 41,
    "COLOR_BGR2LAB": 44, "COLOR_RGB2LAB": 45, "COLOR_HSV2BGR": 54, "COLOR_HSV2RGB": 55,
    "INTER_NEAREST": 0, "INTER_LINEAR": 1, "INTER_CUBIC": 2, "INTER_AREA": 3, "INTER_LANCZOS4": 4,
}  # fmt: skip


def imread(filename: Any = None, flags: Any = 1) -> Any:
    """A picture: three channels unless told otherwise."""
    return Unknown({1: _COLOR, 0: _GRAY}.get(flags, "picture") if isinstance(flags, int) else "picture")


def cvt_color(src: Any = None, code: Any = 0, *args: Any, **kwargs: Any) -> Any:
    """Other colours: to grey loses the channels, from grey brings three."""
    if is_unknown(src):
        return Unknown(_GRAY if code in _TO_GRAY else _COLOR)
    if not hasattr(src, "shape") or not isinstance(code, int):
        return Unknown("picture")
    if code in _TO_GRAY:
        return src[..., 0].copy()
    return _array((*src.shape[:2], 3), src) if code == _FROM_GRAY else src.copy()


def resize(src: Any = None, dsize: Any = None, *args: Any, **kwargs: Any) -> Any:
    """A picture of `dsize`, which is (width, height)."""
    if not isinstance(dsize, (tuple, list)) or len(dsize) != 2 or soft(*dsize):
        return Unknown("picture")
    width, height = int(dsize[0]), int(dsize[1])
    if is_unknown(src):
        name = object.__getattribute__(src, "_sw_name")
        channels = {_COLOR: (3,), _GRAY: ()}.get(name)
        return Unknown("picture") if channels is None else _array((height, width, *channels), None)
    if not hasattr(src, "shape"):
        return Unknown("picture")
    # A single channel at the end is dropped, as OpenCV does.
    channels = src.shape[2:] if src.shape[2:] != (1,) else ()
    return _array((height, width, *channels), src)


def same(src: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Filters and flips keep the size."""
    if is_unknown(src) or not hasattr(src, "copy"):
        return src
    return src.copy()


def _array(shape: tuple[int, ...], like: Any) -> Any:
    made = kit.pattern_array(shape)
    return made if like is None or is_unknown(made) or made.dtype == like.dtype else made.astype(like.dtype)


def _names() -> kit.Names:
    steady = ("GaussianBlur", "medianBlur", "blur", "bilateralFilter", "flip", "filter2D", "equalizeHist", "normalize")
    silent = ("imshow", "imwrite", "waitKey", "destroyAllWindows", "setNumThreads", "rectangle", "circle", "line")
    return {
        **_NAMES,
        "imread": imread,
        "cvtColor": cvt_color,
        "resize": resize,
        **dict.fromkeys(steady, same),
        **dict.fromkeys(silent, lambda *args, **kwargs: None),
    }


MODULES: kit.Modules = {"cv2": _names}
