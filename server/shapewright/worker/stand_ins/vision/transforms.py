"""torchvision.transforms: the classes, over `vision_functional`. Chance never changes a size, so nothing here is
random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import MAGIC, is_unknown, real, soft
from shapewright.worker.stand_ins.vision import functional as F


class Compose:
    """One transform after the other."""

    def __init__(self, transforms: Any) -> None:
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        """The result."""
        if is_unknown(self.transforms):
            return self.transforms(img)
        for transform in self.transforms:
            img = transform(img)
        return img


class RandomOrder(Compose):
    """Every transform, in any order."""


class RandomApply(torch.nn.Module):
    """All of them, or none."""

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__()
        self.transforms, self.p = transforms, p

    def forward(self, img: Any) -> Any:
        """Apply them."""
        for transform in self.transforms:
            img = transform(img)
        return img


class RandomChoice:
    """One of them."""

    def __init__(self, transforms: Any, p: Any = None) -> None:
        self.transforms, self.p = transforms, p

    def __call__(self, img: Any) -> Any:
        """The result."""
        return self.transforms[0](img) if len(self.transforms) else img


class ToTensor:
    """`to_tensor`."""

    def __call__(self, pic: Any) -> Any:
        """The result."""
        return F.to_tensor(pic)

    def __repr__(self) -> str:
        return "ToTensor()"


class PILToTensor:
    """`pil_to_tensor`."""

    def __call__(self, pic: Any) -> Any:
        """The result."""
        return F.pil_to_tensor(pic)


class ToPILImage:
    """`to_pil_image`."""

    def __init__(self, mode: Any = None) -> None:
        self.mode = mode

    def __call__(self, pic: Any) -> Any:
        """The result."""
        return F.to_pil_image(pic, self.mode)


class Lambda:
    """The user's function."""

    def __init__(self, lambd: Callable[[Any], Any], *types: type) -> None:
        if not callable(lambd):
            raise real(TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}"))
        self.lambd = lambd

    def __call__(self, img: Any) -> Any:
        """The result."""
        return self.lambd(img)


class _Module(torch.nn.Module):
    """A transform that is a module, as torchvision's are."""

    def forward(self, img: Any) -> Any:
        """The transformed picture."""
        return img


class Normalize(_Module):
    """`normalize`."""

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def forward(self, tensor: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # torchvision's name
        """The normalized tensor."""
        return F.normalize(tensor, self.mean, self.std, self.inplace)

    def __repr__(self) -> str:
        return f"Normalize(mean={self.mean}, std={self.std})"


class ConvertImageDtype(_Module):
    """`convert_image_dtype`."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # torchvision's name
        """The tensor in the other dtype."""
        return F.convert_image_dtype(image, self.dtype)


class Resize(_Module):
    """`resize`."""

    def __init__(
        self, size: Any, interpolation: Any = F.InterpolationMode.BILINEAR, max_size: Any = None, antialias: Any = True
    ) -> None:
        super().__init__()
        if not is_unknown(size):
            if not isinstance(size, (int, Sequence)):
                raise real(TypeError(f"Size should be int or sequence. Got {type(size)}"))
            if isinstance(size, Sequence) and len(size) not in (1, 2):
                raise real(ValueError("If size is a sequence, it should have 1 or 2 values"))
        self.size, self.interpolation, self.max_size, self.antialias = size, interpolation, max_size, antialias

    def forward(self, img: Any) -> Any:
        """The picture in its new size."""
        return F.resize(img, self.size, self.interpolation, self.max_size)


class CenterCrop(_Module):
    """`center_crop`."""

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def forward(self, img: Any) -> Any:
        """The middle."""
        return F.center_crop(img, self.size)


class RandomCrop(_Module):
    """A piece anywhere; refused where the picture is smaller."""

    def __init__(
        self, size: Any, padding: Any = None, pad_if_needed: bool = False, fill: Any = 0, padding_mode: str = "constant"
    ) -> None:
        super().__init__()
        self.size, self.padding, self.pad_if_needed, self.fill, self.padding_mode = (
            setup_size(size),
            padding,
            pad_if_needed,
            fill,
            padding_mode,
        )

    def forward(self, img: Any) -> Any:
        """The piece."""
        if is_unknown(img):
            return img
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        _, height, width = F.get_dimensions(img)
        if (
            not soft(height, width, *self.size)
            and not self.pad_if_needed
            and (height < self.size[0] or width < self.size[1])
        ):
            raise real(
                ValueError(f"Required crop size {tuple(self.size)} is larger than input image size {(height, width)}")
            )
        return F.crop(img, 0, 0, *self.size)


class RandomResizedCrop(_Module):
    """A piece of any size, brought to one size."""

    def __init__(self, size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def forward(self, img: Any) -> Any:
        """The piece."""
        return F.resize(img, self.size)


class Pad(_Module):
    """`pad`."""

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        if not isinstance(padding, (int, float, tuple, list)) and not is_unknown(padding):
            raise real(TypeError("Got inappropriate padding arg"))
        if isinstance(padding, (tuple, list)) and len(padding) not in (1, 2, 4):
            raise real(
                ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
            )
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode

    def forward(self, img: Any) -> Any:
        """With borders."""
        return F.pad(img, self.padding, self.fill, self.padding_mode)


class FiveCrop(_Module):
    """`five_crop`."""

    def __init__(self, size: Any, vertical_flip: bool = False) -> None:
        super().__init__()
        self.size, self.vertical_flip = setup_size(size), vertical_flip

    def forward(self, img: Any) -> Any:
        """Five pieces."""
        return F.five_crop(img, self.size)


class TenCrop(FiveCrop):
    """`ten_crop`."""

    def forward(self, img: Any) -> Any:
        """Ten pieces."""
        return F.ten_crop(img, self.size)


class Grayscale(_Module):
    """`rgb_to_grayscale`."""

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img: Any) -> Any:
        """Without colour."""
        return F.rgb_to_grayscale(img, self.num_output_channels)


class RandomGrayscale(_Module):
    """Sometimes gray, with as many channels as before."""

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        """The same size and channels."""
        return F.same(img)


class RandomRotation(_Module):
    """Turned; with `expand` the size is unknown."""

    def __init__(
        self,
        degrees: Any,
        interpolation: Any = None,
        expand: bool = False,
        center: Any = None,
        fill: Any = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if isinstance(degrees, (tuple, list)) and len(degrees) != 2:
            raise real(ValueError("degrees should be a sequence of length 2."))
        if isinstance(degrees, (int, float)) and degrees < 0:
            raise real(ValueError("If degrees is a single number, it must be positive."))
        self.degrees, self.expand = degrees, expand

    def forward(self, img: Any) -> Any:
        """The turned picture."""
        return F.rotate(img, kit.Unknown("angle"), expand=self.expand)


class Same(_Module):
    """Values only, with whatever settings."""

    apply_to: Any = staticmethod(F.same)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, img: Any) -> Any:
        """The same size and dtype."""
        return type(self).apply_to(img)


class Colored(Same):
    """Colours only."""

    apply_to = staticmethod(F.colored)


class RandomHorizontalFlip(Same):
    """Mirrored, perhaps."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p


class RandomErasing(_Module):
    """Part of a tensor overwritten."""

    def __init__(
        self, p: float = 0.5, scale: Any = (0.02, 0.33), ratio: Any = (0.3, 3.3), value: Any = 0, inplace: bool = False
    ) -> None:
        super().__init__()
        self.p, self.scale, self.ratio, self.value, self.inplace = p, scale, ratio, value, inplace

    def forward(self, img: Any) -> Any:
        """The tensor; a picture has no shape, which torchvision finds out."""
        if pil.is_picture(img) and self.p:
            raise real(AttributeError("'Image' object has no attribute 'shape'", name="shape", obj=img))
        return F.same(img)


class LinearTransformation(_Module):
    """Flattened, multiplied, and shaped as before."""

    def __init__(self, transformation_matrix: Any, mean_vector: Any) -> None:
        super().__init__()
        self.transformation_matrix, self.mean_vector = transformation_matrix, mean_vector


def setup_size(size: Any) -> Any:
    """A size as (height, width)."""
    if is_unknown(size):
        return MAGIC, MAGIC
    if isinstance(size, (int, float)):
        return int(size), int(size)
    if isinstance(size, Sequence) and len(size) == 1:
        return size[0], size[0]
    if len(size) != 2:
        raise real(ValueError("Please provide only two dimensions (h, w) for size."))
    return size
