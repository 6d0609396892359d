"""Stand-ins for pictures, tables and arrays that are not there, and for the packages that read them.

The programs of the corpus name files that nobody has. What they would hold is made up here, with the shapes and dtypes
of the real thing, so that the truth can be taken.
"""

import os
import sys
import types
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

TABLES: dict[str, tuple[int, dict[str, int]]] = {
    "heart_missing.csv": (120, {**{f"c{i}": 0 for i in range(13)}, "target": 2}),
    "sensors_missing.csv": (90, {"ax": 0, "ay": 0, "az": 0, "gx": 0, "activity": 6}),
    "weather_missing.csv": (220, {"temp": 0, "hum": 0, "wind": 0}),
    "chest_missing.csv": (14, {"id": 900, **{f"finding{i}": 2 for i in range(5)}}),
}
"""Tables by file name: the number of rows, and for each column the number of its classes, 0 for a real number."""
ARRAYS: dict[str, tuple[tuple[int, ...], int]] = {"windows_x.npy": ((60, 30, 5), 0), "windows_y.npy": ((60,), 3)}
"""Arrays by file name: the shape, and the number of classes, 0 for real numbers."""


def made(shape: tuple[int, ...], classes: int, seed: int = 0) -> np.ndarray:
    """Random numbers of this shape; every class is there."""
    random = np.random.RandomState(seed)
    if not classes:
        return random.rand(*shape)
    labels = random.randint(0, classes, size=shape)
    labels.reshape(-1)[: min(classes, labels.size)] = range(min(classes, labels.size))
    return labels


class Picture:
    """PIL.Image.Image: pixels of a size that depends on the file's name."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def convert(self, mode: str) -> "Picture":
        flat = self.pixels if self.pixels.ndim == 2 else self.pixels[..., 0]
        return Picture(flat if mode == "L" else np.repeat(flat[..., None], 3, axis=2))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.pixels if dtype is None else self.pixels.astype(dtype)


def open_picture(path: Any) -> Picture:
    """A picture in colour."""
    seed = zlib.crc32(str(path).encode())
    height, width = 60 + seed % 71, 60 + seed // 71 % 83
    return Picture(np.random.RandomState(seed % 1000).randint(0, 256, (height, width, 3)).astype(np.uint8))


def pixels_of(image: Any) -> np.ndarray:
    """The pixels of a picture or an array."""
    return image.pixels if isinstance(image, Picture) else np.asarray(image)


class Resize:
    """One number is the shorter side, two are height and width."""

    def __init__(self, size: Any, **options: object) -> None:
        self.size = size

    def __call__(self, image: Any) -> Picture:
        pixels = pixels_of(image)
        height, width = pixels.shape[:2]
        if isinstance(self.size, int):
            short = min(height, width)
            wanted = int(self.size * height / short), int(self.size * width / short)
        else:
            wanted = tuple(self.size)
        rows, columns = (np.linspace(0, n - 1, m).astype(int) for n, m in zip((height, width), wanted, strict=True))
        return Picture(pixels[rows][:, columns])


class Crop(Resize):
    """CenterCrop, RandomCrop, RandomResizedCrop: always of the size that was asked for."""

    def __init__(self, size: Any, **options: object) -> None:
        super().__init__((size, size) if isinstance(size, int) else size)


class Grayscale:
    """torchvision.transforms.Grayscale."""

    def __init__(self, num_output_channels: int = 1) -> None:
        self.mode = "L" if num_output_channels == 1 else "RGB"

    def __call__(self, image: Any) -> Picture:
        return Picture(pixels_of(image)).convert(self.mode)


class Unchanged:
    """A flip, as far as shapes go."""

    def __init__(self, *args: object, **options: object) -> None:
        pass

    def __call__(self, image: Any) -> Any:
        return image


class ImageFolder(torch.utils.data.Dataset):
    """24 pictures of two classes."""

    def __init__(self, root: str, transform: Callable[[Any], Any] | None = None) -> None:
        self.root, self.transform, self.classes = root, transform, ["ants", "bees"]
        self.class_to_idx = {"ants": 0, "bees": 1}

    def __len__(self) -> int:
        return 24

    def __getitem__(self, index: int) -> tuple[Any, int]:
        image = open_picture(os.path.join(self.root, f"{index}.jpg"))
        return (self.transform(image) if self.transform else image), index % 2


class Block(nn.Module):
    """The basic block of a ResNet."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after)
        self.conv2, self.bn2 = nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after)
        self.relu, self.downsample = nn.ReLU(inplace=True), None
        if stride != 1 or before != after:
            self.downsample = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet18(nn.Module):
    """torchvision.models.resnet18."""

    def __init__(self, pretrained: bool = False, weights: Any = None, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.relu, self.maxpool = nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        for index, (before, after) in enumerate(((64, 64), (64, 128), (128, 256), (256, 512)), 1):
            layer = nn.Sequential(Block(before, after, 1 if index == 1 else 2), Block(after, after, 1))
            setattr(self, f"layer{index}", layer)
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(512, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *trunk, fc = self.children()
        return fc(torch.flatten(nn.Sequential(*trunk)(x), 1))


class Scaler:
    """StandardScaler and MinMaxScaler give float64 of the same shape."""

    def fit(self, values: Any) -> "Scaler":
        return self

    def transform(self, values: Any) -> np.ndarray:
        return np.asarray(values, dtype=np.float64)

    fit_transform = inverse_transform = transform


class LabelEncoder:
    """Strings to numbers from 0."""

    def fit_transform(self, values: Any) -> np.ndarray:
        self.classes_, codes = np.unique(values, return_inverse=True)
        return codes


def train_test_split(*arrays: Any, test_size: float = 0.25, **options: object) -> list[Any]:
    """Each array in two."""
    count = len(arrays[0])
    kept = count - int(np.ceil(count * test_size))
    return [part for array in arrays for part in (array[:kept], array[kept:])]


class LightningModule(nn.Module):
    """What a trainer of one step needs."""

    def save_hyperparameters(self) -> None:
        frame = sys._getframe(1)
        names = frame.f_code.co_varnames[1 : frame.f_code.co_argcount]
        self.hparams = types.SimpleNamespace(**{name: frame.f_locals[name] for name in names})

    def log(self, *args: object, **options: object) -> None:
        pass


class Trainer:
    """Trains as Lightning does, without its conveniences."""

    def __init__(self, max_epochs: int = 1, **options: object) -> None:
        self.epochs = max_epochs

    def fit(self, model: Any, loader: Any) -> None:
        optimizer = model.configure_optimizers()
        for _ in range(self.epochs):
            for index, batch in enumerate(loader):
                loss = model.training_step(batch, index)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()


def module(name: str, **contents: Any) -> Any:
    """A module with contents, where `import` finds it."""
    made_module = sys.modules.setdefault(name, types.ModuleType(name))
    vars(made_module).update(contents)
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(module(parent), last, made_module)
    return made_module


def install() -> None:
    """Put the packages where `import` finds them, and the files where they are read."""
    transforms = {"Resize": Resize, "Grayscale": Grayscale, "RandomHorizontalFlip": Unchanged}
    crops = dict.fromkeys(("CenterCrop", "RandomCrop", "RandomResizedCrop"), Crop)
    module("torchvision.transforms", **transforms, **crops)
    module("torchvision.datasets", ImageFolder=ImageFolder)
    module("torchvision.models", resnet18=ResNet18)
    module("torchvision.utils", save_image=lambda *args, **options: None)
    module("PIL.Image", open=open_picture, Image=Picture)
    module("sklearn.model_selection", train_test_split=train_test_split)
    module("sklearn.preprocessing", StandardScaler=Scaler, MinMaxScaler=Scaler, LabelEncoder=LabelEncoder)
    module("pytorch_lightning", LightningModule=LightningModule, Trainer=Trainer)
    load, listdir = np.load, os.listdir
    np.load = lambda path, **options: made(*ARRAYS[path]) if path in ARRAYS else load(path, **options)
    os.listdir = lambda path=".": listdir(path) if os.path.exists(path) else [f"{i:03}.jpg" for i in range(12)]
