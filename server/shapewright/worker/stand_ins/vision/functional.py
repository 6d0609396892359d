"""torchvision.transforms.functional: exact in sizes, dtypes and refusals; no pixel is computed."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.info import info_of
from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real, soft, sure
from shapewright.worker.stand_ins.vision import geometry
from shapewright.worker.stand_ins.vision.geometry import (
    InterpolationMode,
    center_crop,
    crop,
    five_crop,
    pad,
    resize,
    resized_crop,
    rotate,
    ten_crop,
)  # fmt: skip
from shapewright.worker.stand_ins.vision.images import (
    get_dimensions,
    get_image_num_channels,
    get_image_size,
    image_tensor,
    permitted_channels,
    picture_only,
    type_of,
)  # fmt: skip

_MAX = {
    torch.uint8: 255,
    torch.int8: 127,
    torch.int16: 32767,
    torch.int32: 2147483647,
    torch.int64: 9223372036854775807,
    torch.bool: 1,
}
_PICTURE_DTYPES = {"I": torch.int32, "F": torch.float32, "I;16": torch.int16}


def picture_tensor(pic: Any, dtype: torch.dtype) -> torch.Tensor:
    """The C×H×W tensor of a picture."""
    channels, height, width = get_dimensions(pic)
    return kit.tensor((channels, height, width), dtype)


def to_tensor(pic: Any) -> Any:
    """A picture or H×W×C array as a C×H×W tensor; uint8 becomes the default float dtype in 0..1."""
    if is_unknown(pic):
        return Unknown("tensor")
    np = kit.numpy()
    if np is not None and isinstance(pic, np.ndarray):
        array: Any = pic
        if array.ndim not in {2, 3}:
            raise real(ValueError(f"pic should be 2/3 dimensional. Got {array.ndim} dimensions."))
        array = array[:, :, None] if array.ndim == 2 else array
        img = torch.from_numpy(array.transpose((2, 0, 1))).contiguous()
        return img.to(dtype=torch.get_default_dtype()).div(255) if img.dtype == torch.uint8 else img
    if not pil.is_picture(pic):
        raise real(TypeError(f"pic should be PIL Image or ndarray. Got {type_of(pic)}"))
    return picture_tensor(pic, _PICTURE_DTYPES.get(pic.mode, torch.get_default_dtype()))


def pil_to_tensor(pic: Any) -> Any:
    """A picture as a C×H×W tensor of its own dtype."""
    if is_unknown(pic):
        return Unknown("tensor")
    if not pil.is_picture(pic):
        raise real(TypeError(f"pic should be PIL Image. Got {type_of(pic)}"))
    return picture_tensor(pic, kit.torch_dtype(pil.DTYPES.get(pic.mode, "uint8")))


def convert_image_dtype(image: Any, dtype: torch.dtype = torch.float) -> Any:
    """Another dtype, with the values scaled to its range."""
    if is_unknown(image):
        return Unknown("tensor")
    if not isinstance(image, torch.Tensor):
        raise real(TypeError("Input img should be Tensor Image"))
    if image.dtype == dtype:
        return image
    if image.is_floating_point():
        if dtype.is_floating_point:
            return image.to(dtype)
        if (image.dtype, dtype) in {
            (torch.float32, torch.int32),
            (torch.float32, torch.int64),
            (torch.float64, torch.int64),
        }:
            raise real(RuntimeError(f"The cast from {image.dtype} to {dtype} cannot be performed safely."))
        return image.mul(_MAX[dtype] + 1.0 - 1e-3).to(dtype)
    return image.to(dtype) / _MAX[image.dtype] if dtype.is_floating_point else image.to(dtype)


def to_pil_image(pic: Any, mode: Any = None) -> Any:
    """A picture out of a C×H×W tensor or an H×W×C array."""
    np = kit.numpy()
    if is_unknown(pic):
        return pil.new(mode or "RGB", (MAGIC, MAGIC))
    if isinstance(pic, torch.Tensor):
        shape, dtype = tuple(pic.shape), str(pic.dtype).removeprefix("torch.")
        shape = (*shape[1:], shape[0]) if pic.ndim == 3 else shape
    elif np is not None and isinstance(pic, np.ndarray):
        shape, dtype = tuple(pic.shape), str(pic.dtype)
    else:
        raise real(TypeError(f"pic should be Tensor or ndarray. Got {type_of(pic)}."))
    if len(shape) not in (2, 3):
        raise real(ValueError(f"pic should be 2/3 dimensional. Got {len(shape)} dimensions."))
    channels = shape[2] if len(shape) == 3 else 1
    if not soft(channels) and channels > 4:
        raise real(ValueError(f"pic should not have > 4 channels. Got {channels} channels."))
    if "float" in dtype and mode != "F":
        dtype = "uint8"
    size = (shape[1], shape[0])
    if channels == 1:
        expected = {"uint8": "L", "int16": "I;16", "int32": "I", "float32": "F"}.get(dtype)
        if mode is not None and mode != expected:
            raise real(
                ValueError(
                    f"Incorrect mode ({mode}) supplied for input type {np.dtype if np else dtype}. Should be {expected}"
                )
            )
        mode = expected
    else:
        modes = {2: ["LA"], 4: ["RGBA", "CMYK", "RGBX"]}.get(channels, ["RGB", "YCbCr", "HSV"])
        if mode is not None and mode not in modes:
            raise real(
                ValueError(f"Only modes {modes} are supported for {channels if channels in (2, 4) else 3}D inputs")
            )
        mode = mode or (modes[0] if dtype == "uint8" else None)
    if mode is None:
        raise real(TypeError(f"Input type {dtype} is not supported"))
    return pil.new(mode, size)


def normalize(tensor: Any, mean: Any, std: Any, inplace: bool = False, in_place_at_last: bool = True) -> Any:
    """(tensor - mean) / std for each channel; torch itself refuses what does not fit. `in_place_at_last`: the copy is
    changed in
    place, as v1 does, so that it cannot grow."""
    if is_unknown(tensor):
        return tensor
    if not isinstance(tensor, torch.Tensor):
        raise real(TypeError(f"img should be Tensor Image. Got {type_of(tensor)}"))
    image_tensor(tensor)
    if not tensor.is_floating_point():
        info = info_of(tensor)
        refused = TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
        raise (real if info is not None and info.soft_dtype else sure)(refused)
    if tensor.ndim < 3:
        size = tuple(tensor.shape)
        raise real(
            ValueError(
                f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = "
                f"torch.Size({list(size)})"
            )
        )
    if is_unknown(mean) or is_unknown(std):
        return tensor
    if not inplace:
        tensor = tensor.clone()
    like: dict[str, Any] = {"dtype": tensor.dtype, "device": tensor.device}
    mean, std = torch.as_tensor(mean, **like), torch.as_tensor(std, **like)
    mean = mean.view(-1, 1, 1) if mean.ndim == 1 else mean
    std = std.view(-1, 1, 1) if std.ndim == 1 else std
    return tensor.sub_(mean).div_(std) if inplace or in_place_at_last else tensor.sub(mean).div_(std)


def same(img: Any, *args: Any, **kwargs: Any) -> Any:
    """A transform that changes values only, with whatever settings."""
    return geometry.unchanged(img)


def colored(img: Any, *args: Any, **kwargs: Any) -> Any:
    """A transform of colours: a tensor must have one channel or three."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        permitted_channels(img, [1, 3])
    return same(img)


def hflip(img: Any) -> Any:
    """Mirrored."""
    return img.flip(-1) if isinstance(img, torch.Tensor) and img.ndim >= 2 else same(img)


def vflip(img: Any) -> Any:
    """Upside down."""
    return img.flip(-2) if isinstance(img, torch.Tensor) and img.ndim >= 2 else same(img)


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """Only for pictures."""
    picture_only(img)
    return rgb_to_grayscale(img, num_output_channels)


def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """One channel, or three alike."""
    if is_unknown(img):
        return img
    if num_output_channels not in (1, 3):
        raise real(ValueError("num_output_channels should be either 1 or 3"))
    if isinstance(img, torch.Tensor):
        if img.ndim < 3:
            raise real(TypeError(f"Input image tensor should have at least 3 dimensions, but found {img.ndim}"))
        permitted_channels(img, [1, 3])
        return img[..., :1, :, :].clone() if num_output_channels == 1 else img.clone()
    picture_only(img)
    return pil.new("L" if num_output_channels == 1 else "RGB", img.size)


def erase(img: Any, i: Any = 0, j: Any = 0, h: Any = 0, w: Any = 0, v: Any = 0, inplace: bool = False) -> Any:
    """Part of a tensor overwritten."""
    if is_unknown(img):
        return img
    if not isinstance(img, torch.Tensor):
        raise real(TypeError(f"img should be Tensor Image. Got {type_of(img)}"))
    return img if inplace else same(img)


COLORED = (
    "adjust_brightness adjust_contrast adjust_saturation adjust_hue adjust_gamma adjust_sharpness invert "
    "posterize solarize autocontrast"
)
SAME = "affine perspective gaussian_blur equalize elastic_transform elastic gaussian_noise"


def names() -> dict[str, Any]:
    """What `torchvision.transforms.functional` holds."""
    own = (
        get_dimensions, get_image_size, get_image_num_channels, to_tensor, pil_to_tensor, convert_image_dtype,
        to_pil_image, normalize, resize, pad,
        crop, center_crop, resized_crop, five_crop, ten_crop, rotate, hflip, vflip, to_grayscale, rgb_to_grayscale,
        erase,
    )  # fmt: skip
    return {
        "InterpolationMode": InterpolationMode,
        "Image": pil.Image,
        **{f.__name__: f for f in own},
        **dict.fromkeys(COLORED.split(), colored),
        **dict.fromkeys(SAME.split(), same),
    }
