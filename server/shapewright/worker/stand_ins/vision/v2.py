"""torchvision.transforms.v2 and tv_tensors: the same sizes as v1, on any structure of pictures, tensors, masks and
boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, pil
from shapewright.worker.stand_ins.kit import is_unknown, real
from shapewright.worker.stand_ins.vision import functional as F
from shapewright.worker.stand_ins.vision import names as v1
from shapewright.worker.stand_ins.vision.transforms import Same

KIND = "_sw_tv"
"""Attribute of a tensor that is a tv_tensor: its kind. Like torchvision's type it does not survive an operation."""


def kind_of(value: Any) -> str:
    """`image`, `mask`, `boxes`, `tensor` or nothing."""
    if pil.is_picture(value):
        return "image"
    return getattr(value, KIND, "tensor") if isinstance(value, torch.Tensor) else ""


def is_array(value: Any) -> bool:
    """Whether a value is a NumPy array."""
    np = kit.numpy()
    return np is not None and isinstance(value, np.ndarray)


def tagged(value: Any, kind: str) -> Any:
    """The tensor, known to be of a kind."""
    if isinstance(value, torch.Tensor):
        setattr(value, KIND, kind)
    return value


class _TVMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, torch.Tensor) and kind_of(instance) in vars(cls)["kinds"]


def _tv(name: str, kind: str, *more: str) -> type:
    def make(cls: type, data: Any, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if is_unknown(data):
            return data
        if kind == "image" and pil.is_picture(data):
            data = F.pil_to_tensor(data)
        made = torch.as_tensor(data, dtype=dtype)
        made = made if made is not data else made.view(made.shape)
        if kind == "image" and made.ndim == 2:
            made = made.unsqueeze(0)
        return tagged(made, kind)

    return _TVMeta(name, (), {"__new__": make, "kinds": (kind, *more), "__doc__": f"torchvision's {name}."})


TV_TENSORS: dict[str, Any] = {
    "Image": _tv("Image", "image"), "Video": _tv("Video", "image"), "Mask": _tv("Mask", "mask"),
    "BoundingBoxes": _tv("BoundingBoxes", "boxes"),
    "TVTensor": _tv("TVTensor", "image", "mask", "boxes"), "wrap": lambda wrappee, *, like, **k: tagged(wrappee,
    kind_of(like)),
}  # fmt: skip


def _given(inputs: Any) -> Any:
    """One input, or all of several."""
    return inputs if len(inputs) > 1 else inputs[0]


def mapped(inputs: tuple[Any, ...], change: Callable[[Any], Any], masks: bool) -> Any:
    """Apply `change` to the pictures among nested inputs (and to masks where they change alike).

    Of tensors without a kind the first is the picture, if there is no other.
    """
    value = _given(inputs)
    leaves: list[Any] = []
    _gather(value, leaves)
    has_image = any(kind_of(leaf) == "image" for leaf in leaves)
    first = None if has_image else next((leaf for leaf in leaves if kind_of(leaf) == "tensor"), None)

    def visit(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: visit(one) for key, one in item.items()}
        if isinstance(item, (list, tuple)):
            made = [visit(one) for one in item]
            return type(item)(*made) if hasattr(item, "_fields") else type(item)(made)
        kind = kind_of(item)
        if kind == "image" or (item is first and first is not None):
            return tagged(change(item), "image") if kind == "image" else change(item)
        return tagged(change(item), "mask") if kind == "mask" and masks else item

    return visit(value)


def _gather(value: Any, into: list[Any]) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            _gather(item, into)
    else:
        into.append(value)


class Transform(torch.nn.Module):
    """Base of v2's transforms. A user's own one has `transform(inpt, params)`."""

    masks = True
    arrays = False

    def apply(self, image: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # nothing calls a module's
        """One picture, transformed."""
        return self.transform(image, self.make_params([image]))

    def make_params(self, flat_inputs: Any) -> dict[str, Any]:
        """No parameters."""
        return {}

    def transform(self, inpt: Any, params: Any) -> Any:
        """Nothing changes."""
        return inpt

    def forward(self, *inputs: Any) -> Any:
        """The inputs in their structure."""
        if len(inputs) == 1 and not isinstance(inputs[0], (dict, list, tuple)):
            image = inputs[0]
            if self.arrays and is_array(image):
                return self.apply(image)
            if kind_of(image) in ("boxes", "") or (kind_of(image) == "mask" and not self.masks):
                return image
            return tagged(self.apply(image), kind_of(image)) if kind_of(image) != "tensor" else self.apply(image)
        return mapped(inputs, self.apply, self.masks)


def _lifted(cls: type) -> type:
    """The v2 class of a v1 transform."""
    plain = getattr(cls, "forward")  # noqa: B009 - every v1 transform has one, a type none
    if issubclass(cls, Same):

        def plain(self: Any, image: Any) -> Any:
            return image

    def apply(self: Any, image: Any) -> Any:
        return plain(self, image)

    masks = cls.__name__ in _GEOMETRY
    return type(
        cls.__name__,
        (cls, Transform),
        {"apply": apply, "forward": Transform.forward, "masks": masks, "__doc__": cls.__doc__},
    )


_GEOMETRY = [
    "Resize", "CenterCrop", "RandomCrop", "RandomResizedCrop", "Pad", "RandomHorizontalFlip", "RandomVerticalFlip",
    "RandomRotation", "RandomAffine", "RandomPerspective", "ElasticTransform", "FiveCrop", "TenCrop",
]  # fmt: skip


class Compose(Transform):
    """One after the other, on all inputs."""

    def __init__(self, transforms: Any) -> None:
        super().__init__()
        self.transforms = transforms

    def forward(self, *inputs: Any) -> Any:
        """Every transform in turn."""
        value = _given(inputs)
        for transform in self.transforms:
            value = transform(*value) if len(inputs) > 1 else transform(value)
        return value


class RandomApply(Compose):
    """All or none."""

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__(transforms)


class RandomChoice(Compose):
    """One of them."""

    def __init__(self, transforms: Any, p: Any = None) -> None:
        super().__init__(transforms)

    def forward(self, *inputs: Any) -> Any:
        """The first."""
        return self.transforms[0](*inputs)


class ToImage(Transform):
    """A picture or array as a uint8 tensor C×H×W."""

    masks, arrays = False, True

    def apply(self, image: Any) -> Any:
        """The tensor."""
        if pil.is_picture(image):
            return tagged(F.pil_to_tensor(image), "image")
        if is_array(image):
            made = torch.from_numpy(image)
            return tagged(made.permute((2, 0, 1)).contiguous() if made.ndim == 3 else made.unsqueeze(0), "image")
        if isinstance(image, torch.Tensor):
            return tagged(image.view(image.shape), "image")
        if is_unknown(image):
            return image
        raise real(
            TypeError(
                f"Input can either be a pure Tensor, a numpy array, or a PIL image, but got {type(image)} instead."
            )
        )


class ToDtype(Transform):
    """Another dtype; with `scale` the values follow."""

    masks = False

    def __init__(self, dtype: Any, scale: bool = False) -> None:
        super().__init__()
        self.dtype, self.scale = dtype, scale

    def apply(self, image: Any) -> Any:
        """Only tensors have a dtype."""
        if not isinstance(image, torch.Tensor):
            return image
        kind, dtype = kind_of(image), self.dtype
        if isinstance(dtype, dict):
            key = TV_TENSORS.get(
                {"image": "Image", "mask": "Mask", "boxes": "BoundingBoxes"}.get(kind, ""), torch.Tensor
            )
            dtype = dtype.get(key, dtype.get("others"))
        if not isinstance(dtype, torch.dtype):
            return image
        return F.convert_image_dtype(image, dtype) if self.scale else image.to(dtype)


class ConvertImageDtype(ToDtype):
    """`ToDtype` with `scale`."""

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        super().__init__(dtype, True)


class ToTensor(Transform):
    """v1's, kept by v2."""

    masks, arrays = False, True

    def apply(self, image: Any) -> Any:
        """A picture as a float tensor; a tensor stays."""
        return image if isinstance(image, torch.Tensor) else F.to_tensor(image)


class PILToTensor(Transform):
    """A picture as a tensor; a tensor stays."""

    masks = False

    def apply(self, image: Any) -> Any:
        """The tensor."""
        return image if isinstance(image, torch.Tensor) else F.pil_to_tensor(image)


class ToPILImage(Transform):
    """A tensor or array as a picture; a picture stays."""

    masks, arrays = False, True

    def __init__(self, mode: Any = None) -> None:
        super().__init__()
        self.mode = mode

    def apply(self, image: Any) -> Any:
        """The picture."""
        return image if pil.is_picture(image) else F.to_pil_image(image, self.mode)


class Grayscale(Transform):
    """One channel, or three alike, whatever there was."""

    masks = False

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = num_output_channels

    def apply(self, image: Any) -> Any:
        """Without colour."""
        gray = F.rgb_to_grayscale(image, self.num_output_channels)
        wanted = (
            isinstance(gray, torch.Tensor) and self.num_output_channels == 3 and gray.ndim >= 3 and gray.shape[-3] == 1
        )
        return torch.cat([gray, gray, gray], dim=-3) if wanted else gray


class RandomErasing(Transform):
    """Part of a tensor overwritten; a picture stays."""

    masks = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()


class Normalize(Transform):
    """Like v1's, but one channel spreads over several means; pictures are refused."""

    masks = False

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def apply(self, image: Any) -> Any:
        """The normalized tensor."""
        if pil.is_picture(image):
            raise real(TypeError("Normalize() does not support PIL images."))
        return F.normalize(image, self.mean, self.std, self.inplace, in_place_at_last=False)


class Identity(Transform):
    """Nothing changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()


class RGB(Transform):
    """Three channels."""

    masks = False

    def apply(self, image: Any) -> Any:
        """The picture in colours."""
        if pil.is_picture(image):
            return pil.new("RGB", image.size)
        return F.rgb_to_grayscale(image, 3) if isinstance(image, torch.Tensor) and image.shape[-3] == 1 else image


def _lambda(self: Any, lambd: Any, *types: Any) -> None:
    Transform.__init__(self)
    self.lambd = lambd


Lambda = type(
    "Lambda",
    (torch.nn.Module,),
    {"__init__": _lambda, "forward": lambda self, inpt: self.lambd(inpt), "__doc__": "The user's function."},
)
_OWN: dict[str, Any] = {
    "Transform": Transform, "Compose": Compose, "RandomApply": RandomApply, "RandomChoice": RandomChoice,
    "RandomOrder": type("RandomOrder", (Compose,), {}),
    "ToImage": ToImage, "ToImageTensor": ToImage, "ToDtype": ToDtype, "ConvertImageDtype": ConvertImageDtype,
    "ConvertDtype": ConvertImageDtype,
    "ToTensor": ToTensor, "PILToTensor": PILToTensor, "Normalize": Normalize, "ToPILImage": ToPILImage,
    "Grayscale": Grayscale, "RandomErasing": RandomErasing, "Identity": Identity, "RGB": RGB, "Lambda": Lambda,
    **v1.derived(
        "RandomChannelPermutation RandomPhotometricDistort GaussianNoise ClampBoundingBoxes "
        "ConvertBoundingBoxFormat SanitizeBoundingBoxes "
        "JPEG ToPureTensor", Identity,
    ),
}  # fmt: skip
CLASSES: dict[str, Any] = {
    **{name: _lifted(cls) for name, cls in v1.CLASSES.items() if issubclass(cls, torch.nn.Module) and name not in _OWN},
    **_OWN,
}
kit.named("torchvision.transforms.v2", *CLASSES.values())


def names() -> dict[str, Any]:
    """What `torchvision.transforms.v2` holds."""
    return {**CLASSES, "InterpolationMode": F.InterpolationMode, "AutoAugmentPolicy": v1.names()["AutoAugmentPolicy"]}


def functional_names() -> dict[str, Any]:
    """What `torchvision.transforms.v2.functional` holds."""

    def to_dtype(inpt: Any, dtype: Any = torch.float32, scale: bool = False) -> Any:
        return ToDtype(dtype, scale).apply(inpt)

    both = {
        "to_image": ToImage().apply,
        "to_dtype": to_dtype,
        "horizontal_flip": F.hflip,
        "vertical_flip": F.vflip,
        "get_size": lambda i: F.get_dimensions(i)[1:],
    }
    return {**F.names(), **both}
