"""What a picture or a picture's tensor is: channels, height, width; and who refuses what."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.stand_ins import pil
from shapewright.worker.stand_ins.kit import MAGIC, is_unknown, real, soft


def get_dimensions(img: Any) -> list[int]:
    """[channels, height, width]."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        channels = 1 if img.ndim == 2 else img.shape[-3]
        return [channels, img.shape[-2], img.shape[-1]]
    if pil.is_picture(img):
        channels = MAGIC if img.mode is pil.ANY_MODE else len(img.getbands())
        return [channels, img.size[1], img.size[0]]
    if is_unknown(img):
        return [MAGIC, MAGIC, MAGIC]
    raise real(TypeError(f"Unexpected type {type(img)}"))


def get_image_size(img: Any) -> list[int]:
    """[width, height]."""
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img: Any) -> int:
    """The number of channels."""
    return get_dimensions(img)[0]


def image_tensor(img: torch.Tensor) -> None:
    """Refuse a tensor without two dimensions."""
    if img.ndim < 2:
        raise real(TypeError("Tensor is not a torch image."))


def permitted_channels(img: torch.Tensor, permitted: list[int]) -> None:
    """Refuse another number of channels."""
    count = get_dimensions(img)[0]
    if not soft(count) and count not in permitted:
        raise real(TypeError(f"Input image tensor permitted channel values are {permitted}, but found {count}"))


def type_of(value: Any) -> type:
    """`type(value)`, for a fake tensor what it is for a real one."""
    return (
        torch.Tensor if isinstance(value, torch.Tensor) and not isinstance(value, torch.nn.Parameter) else type(value)
    )


def picture_only(img: Any) -> None:
    """Refuse what is no picture."""
    if not pil.is_picture(img):
        raise real(TypeError(f"img should be PIL Image. Got {type_of(img)}"))
