"""Sizes: resize, crop, pad, rotate, on pictures and tensors. Tensors go through torch, so that gradient and device
stay."""

from __future__ import annotations

import enum
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real, soft
from shapewright.worker.stand_ins.vision.images import get_dimensions, image_tensor, picture_only


class InterpolationMode(enum.Enum):
    """torchvision's names of the ways to interpolate."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


def resized(size: tuple[int, int], wanted: Any, max_size: Any = None) -> tuple[int, int]:
    """Height and width after `resize`, from height and width before: one number is for the smaller edge."""
    height, width = size
    if is_unknown(wanted):
        return MAGIC, MAGIC
    wanted = [wanted] if isinstance(wanted, int) else list(wanted)
    if len(wanted) not in (1, 2):
        raise real(
            ValueError(f"Size must be an int or a 1 or 2 element tuple/list, not a {len(wanted)} element tuple/list")
        )
    if len(wanted) == 2:
        if max_size is not None:
            raise real(ValueError(
                "max_size should only be passed if size specifies the length of the smaller edge, "
                "i.e. size should be an int or a sequence of length 1 in torchscript mode."
            ))  # fmt: skip
        return kit.size_or_magic(wanted[0]), kit.size_or_magic(wanted[1])
    edge = wanted[0]
    if soft(height, width, edge) or is_unknown(max_size):
        return MAGIC, MAGIC
    short, long = min(height, width), max(height, width)
    new_short, new_long = edge, int(edge * long / short) if short else edge
    if max_size is not None:
        if max_size <= edge:
            raise real(ValueError(
                f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge "
                f"size = {[edge]}"
            ))  # fmt: skip
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_long, new_short) if width <= height else (new_short, new_long)


def resize(
    img: Any, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: Any = None, antialias: Any = True
) -> Any:
    """Another size: exactly (height, width), or the smaller edge."""
    if is_unknown(img):
        return img
    _, height, width = get_dimensions(img)
    new_height, new_width = resized((height, width), size, max_size)
    if (new_height, new_width) == (height, width):
        return img
    if isinstance(img, torch.Tensor):
        return _resampled(img, new_height, new_width)
    return img.resize((new_width, new_height))


def _resampled(img: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """`img` at another size, through torch, so that gradient and device stay."""
    batch = img if img.ndim >= 4 else img.unsqueeze(0)
    floating = batch if batch.dtype in (torch.float32, torch.float64) else batch.to(torch.float32)
    out = torch.nn.functional.interpolate(floating, size=(height, width), mode="bilinear", align_corners=False)
    out = out if img.ndim >= 4 else out.squeeze(0)
    return out if out.dtype == img.dtype else out.to(img.dtype)


def pad(img: Any, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Any:
    """Borders around the picture; negative ones crop."""
    if is_unknown(img) or is_unknown(padding):
        return Unknown("image") if not pil.is_picture(img) else pil.new(img.mode, (MAGIC, MAGIC))
    if isinstance(padding, (tuple, list)) and len(padding) not in (1, 2, 4):
        raise real(
            ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
        )
    left, top, right, bottom = pil.borders(padding)
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        if padding_mode == "constant":
            return torch.nn.functional.pad(
                img, (left, right, top, bottom), value=float(fill) if isinstance(fill, (int, float)) else 0.0
            )
        return _fitted(img, pil.grown(img.shape[-2], top, bottom), pil.grown(img.shape[-1], left, right))
    picture_only(img)
    width, height = img.size
    return pil.new(img.mode, (pil.grown(width, left, right), pil.grown(height, top, bottom)))


def crop(img: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    """A piece of exactly this size."""
    if is_unknown(img):
        return img
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        return _fitted(img, height, width)
    picture_only(img)
    return pil.new(img.mode, (width, height))


def _fitted(img: torch.Tensor, height: Any, width: Any) -> torch.Tensor:
    """The first rows and columns of `img`, with more where it has too few."""
    if soft(height, width, *img.shape[-2:]):
        height, width = kit.size_or_magic(height), kit.size_or_magic(width)
    else:
        img = img[..., :height, :width]
    return torch.nn.functional.pad(img, (0, width - img.shape[-1], 0, height - img.shape[-2]))


def center_crop(img: Any, output_size: Any) -> Any:
    """The middle; padded where the picture is smaller."""
    height, width = _two(output_size)
    return crop(img, 0, 0, height, width)


def resized_crop(img: Any, top: Any, left: Any, height: Any, width: Any, size: Any, *args: Any, **kwargs: Any) -> Any:
    """A piece, brought to a size."""
    return resize(crop(img, top, left, height, width), size)


def five_crop(img: Any, size: Any) -> Any:
    """Four corners and the middle."""
    height, width = _two(size)
    _, full_height, full_width = get_dimensions(img)
    if not soft(width, height, full_height, full_width) and (width > full_width or height > full_height):
        raise real(
            ValueError(f"Requested crop size {(height, width)} is bigger than input size {(full_height, full_width)}")
        )
    return tuple(crop(img, 0, 0, height, width) for _ in range(5))


def ten_crop(img: Any, size: Any, vertical_flip: bool = False) -> Any:
    """`five_crop`, and flipped."""
    return five_crop(img, size) + five_crop(img, size)


def _two(size: Any) -> tuple[Any, Any]:
    if is_unknown(size):
        return MAGIC, MAGIC
    if isinstance(size, int):
        return size, size
    return (size[0], size[0]) if len(size) == 1 else (size[0], size[1])


def rotate(
    img: Any, angle: Any, interpolation: Any = None, expand: bool = False, center: Any = None, fill: Any = None
) -> Any:
    """The size stays but for `expand`."""
    if is_unknown(img):
        return img
    _, height, width = get_dimensions(img)
    if not expand:
        return unchanged(img)
    unknown = is_unknown(angle) or soft(height, width)
    new_width, new_height = (MAGIC, MAGIC) if unknown else pil.expanded((width, height), angle % 360)
    if isinstance(img, torch.Tensor):
        if not unknown and angle % 90 == 0:  # a tensor's corners are rounded, so that a row or column may be added
            new_height = new_width = MAGIC
        return _fitted(img, new_height, new_width)
    return pil.new(img.mode, (new_width, new_height))


def unchanged(img: Any) -> Any:
    """The same values, or others in the same shape."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        return img.clone()
    if not is_unknown(img):
        picture_only(img)
    return img
