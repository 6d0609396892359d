"""torchvision.transforms.functional: exact in sizes, dtypes and refusals, on pictures and on tensors; no pixel is computed."""

from __future__ import annotations

import enum
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, real, soft


class InterpolationMode(enum.Enum):
    """torchvision's names of the ways to interpolate."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


_MAX = {torch.uint8: 255, torch.int8: 127, torch.int16: 32767, torch.int32: 2147483647, torch.int64: 9223372036854775807, torch.bool: 1}
_PICTURE_DTYPES = {"I": torch.int32, "F": torch.float32, "I;16": torch.int16}


def get_dimensions(img: Any) -> list[int]:
    """[channels, height, width]."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        channels = 1 if img.ndim == 2 else img.shape[-3]
        return [channels, img.shape[-2], img.shape[-1]]
    if pil.is_picture(img):
        return [len(img.getbands()), img.size[1], img.size[0]]
    if is_unknown(img):
        return [3, MAGIC, MAGIC]
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


def _channels(img: torch.Tensor, permitted: list[int]) -> None:
    count = get_dimensions(img)[0]
    if not soft(count) and count not in permitted:
        raise real(TypeError(f"Input image tensor permitted channel values are {permitted}, but found {count}"))


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


def type_of(value: Any) -> type:
    """`type(value)`, for a fake tensor what it is for a real one."""
    return torch.Tensor if isinstance(value, torch.Tensor) and not isinstance(value, torch.nn.Parameter) else type(value)


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
        if (image.dtype, dtype) in {(torch.float32, torch.int32), (torch.float32, torch.int64), (torch.float64, torch.int64)}:
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
            raise real(ValueError(f"Incorrect mode ({mode}) supplied for input type {np.dtype if np else dtype}. Should be {expected}"))
        mode = expected
    else:
        modes = {2: ["LA"], 4: ["RGBA", "CMYK", "RGBX"]}.get(channels, ["RGB", "YCbCr", "HSV"])
        if mode is not None and mode not in modes:
            raise real(ValueError(f"Only modes {modes} are supported for {channels if channels in (2, 4) else 3}D inputs"))
        mode = mode or (modes[0] if dtype == "uint8" else None)
    if mode is None:
        raise real(TypeError(f"Input type {dtype} is not supported"))
    return pil.new(mode, size)


def normalize(tensor: Any, mean: Any, std: Any, inplace: bool = False, in_place_at_last: bool = True) -> Any:
    """(tensor - mean) / std for each channel; torch itself refuses what does not fit. `in_place_at_last`: the copy is changed in
    place, as v1 does, so that it cannot grow."""
    if is_unknown(tensor):
        return tensor
    if not isinstance(tensor, torch.Tensor):
        raise real(TypeError(f"img should be Tensor Image. Got {type_of(tensor)}"))
    image_tensor(tensor)
    if not tensor.is_floating_point():
        raise real(TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}."))
    if tensor.ndim < 3:
        size = tuple(tensor.shape)
        raise real(ValueError(f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = torch.Size({list(size)})"))
    if is_unknown(mean) or is_unknown(std):
        return tensor
    if not inplace:
        tensor = tensor.clone()
    dtype = tensor.dtype
    mean, std = torch.as_tensor(mean, dtype=dtype), torch.as_tensor(std, dtype=dtype)
    mean = mean.view(-1, 1, 1) if mean.ndim == 1 else mean
    std = std.view(-1, 1, 1) if std.ndim == 1 else std
    return tensor.sub_(mean).div_(std) if inplace or in_place_at_last else tensor.sub(mean).div_(std)


# ------------------------------------------------------------------------------------------------------- geometry


def resized(size: tuple[int, int], wanted: Any, max_size: Any = None) -> tuple[int, int]:
    """Height and width after `resize`, from height and width before: one number is for the smaller edge."""
    height, width = size
    if is_unknown(wanted):
        return MAGIC, MAGIC
    wanted = [wanted] if isinstance(wanted, int) else list(wanted)
    if len(wanted) not in (1, 2):
        raise real(ValueError(f"Size must be an int or a 1 or 2 element tuple/list, not a {len(wanted)} element tuple/list"))
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
                f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge size = {[edge]}"
            ))  # fmt: skip
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_long, new_short) if width <= height else (new_short, new_long)


def resize(img: Any, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: Any = None, antialias: Any = True) -> Any:
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
        raise real(ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple"))
    left, top, right, bottom = pil.borders(padding)
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        if padding_mode == "constant":
            return torch.nn.functional.pad(img, (left, right, top, bottom), value=float(fill) if isinstance(fill, (int, float)) else 0.0)
        return _fitted(img, pil.grown(img.shape[-2], top, bottom), pil.grown(img.shape[-1], left, right))
    _picture(img)
    width, height = img.size
    return pil.new(img.mode, (pil.grown(width, left, right), pil.grown(height, top, bottom)))


def _picture(img: Any) -> None:
    if not pil.is_picture(img):
        raise real(TypeError(f"img should be PIL Image. Got {type_of(img)}"))


def crop(img: Any, top: Any, left: Any, height: Any, width: Any) -> Any:
    """A piece of exactly this size."""
    if is_unknown(img):
        return img
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        return _fitted(img, height, width)
    _picture(img)
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
        raise real(ValueError(f"Requested crop size {(height, width)} is bigger than input size {(full_height, full_width)}"))
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


def rotate(img: Any, angle: Any, interpolation: Any = None, expand: bool = False, center: Any = None, fill: Any = None) -> Any:
    """The size stays but for `expand`."""
    if is_unknown(img):
        return img
    _, height, width = get_dimensions(img)
    if not expand:
        return same(img)
    unknown = is_unknown(angle) or soft(height, width)
    new_width, new_height = (MAGIC, MAGIC) if unknown else pil.expanded((width, height), angle % 360)
    if isinstance(img, torch.Tensor):
        if not unknown and angle % 90 == 0:  # a tensor's corners are rounded, so that a row or column may be added
            new_height = new_width = MAGIC
        return _fitted(img, new_height, new_width)
    return pil.new(img.mode, (new_width, new_height))


def same(img: Any, *args: Any, **kwargs: Any) -> Any:
    """A transform that changes values only."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        return img.clone()
    if is_unknown(img):
        return img
    _picture(img)
    return img


def colored(img: Any, *args: Any, **kwargs: Any) -> Any:
    """A transform of colours: a tensor must have one channel or three."""
    if isinstance(img, torch.Tensor):
        image_tensor(img)
        _channels(img, [1, 3])
    return same(img)


def hflip(img: Any) -> Any:
    """Mirrored."""
    return img.flip(-1) if isinstance(img, torch.Tensor) and img.ndim >= 2 else same(img)


def vflip(img: Any) -> Any:
    """Upside down."""
    return img.flip(-2) if isinstance(img, torch.Tensor) and img.ndim >= 2 else same(img)


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """Only for pictures."""
    _picture(img)
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
        _channels(img, [1, 3])
        return img[..., :1, :, :].clone() if num_output_channels == 1 else img.clone()
    _picture(img)
    return pil.new("L" if num_output_channels == 1 else "RGB", img.size)


def erase(img: Any, i: Any = 0, j: Any = 0, h: Any = 0, w: Any = 0, v: Any = 0, inplace: bool = False) -> Any:
    """Part of a tensor overwritten."""
    if is_unknown(img):
        return img
    if not isinstance(img, torch.Tensor):
        raise real(TypeError(f"img should be Tensor Image. Got {type_of(img)}"))
    return img if inplace else same(img)


COLORED = "adjust_brightness adjust_contrast adjust_saturation adjust_hue adjust_gamma adjust_sharpness invert posterize solarize autocontrast"
SAME = "affine perspective gaussian_blur equalize elastic_transform elastic gaussian_noise"


def names() -> dict[str, Any]:
    """What `torchvision.transforms.functional` holds."""
    own = (
        get_dimensions, get_image_size, get_image_num_channels, to_tensor, pil_to_tensor, convert_image_dtype, to_pil_image, normalize, resize, pad,
        crop, center_crop, resized_crop, five_crop, ten_crop, rotate, hflip, vflip, to_grayscale, rgb_to_grayscale, erase,
    )  # fmt: skip
    return {
        "InterpolationMode": InterpolationMode,
        "Image": pil.Image,
        **{f.__name__: f for f in own},
        **dict.fromkeys(COLORED.split(), colored),
        **dict.fromkeys(SAME.split(), same),
    }
