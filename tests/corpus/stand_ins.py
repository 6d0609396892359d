"""Stand-ins for libraries that the programs import but that the corpus does not install.

Each has only what the programs use, with the shapes and dtypes of the real thing.
"""

import csv
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pretend
import torch


class Anything:
    """Accepts every attribute, call and item; for plots and loggers."""

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **kwargs: object) -> "Anything":
        return self

    def __getitem__(self, key: object) -> "Anything":
        return self

    def __iter__(self) -> Iterator["Anything"]:
        return iter((self, self))

    def __enter__(self) -> "Anything":
        return self

    def __exit__(self, *details: object) -> None:
        return None


class Bar:
    """tqdm without the bar."""

    def __init__(self, iterable: Any = (), **kwargs: object) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


class Column:
    """One column of a table, like pandas.Series."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def to_numpy(self, dtype: Any = None) -> np.ndarray:
        return self.values if dtype is None else self.values.astype(dtype)

    def __len__(self) -> int:
        return len(self.values)


class Table:
    """A table of numbers, like pandas.DataFrame: whole columns are int64 where every cell is whole, else float64."""

    def __init__(self, columns: dict[str, np.ndarray]) -> None:
        self.data = columns
        self.columns = list(columns)

    @property
    def values(self) -> np.ndarray:
        return np.stack([self.data[name] for name in self.columns], axis=1)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), len(self.columns)

    def to_numpy(self, dtype: Any = None) -> np.ndarray:
        return self.values if dtype is None else self.values.astype(dtype)

    def drop(self, columns: Any, axis: int = 1) -> "Table":
        gone = [columns] if isinstance(columns, str) else list(columns)
        return Table({name: column for name, column in self.data.items() if name not in gone})

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return Column(self.data[key])
        return Table({name: self.data[name] for name in key})

    @property
    def iloc(self) -> "Cells":
        return Cells(self.values)

    def __len__(self) -> int:
        return len(next(iter(self.data.values())))


class Cells:
    """pandas.DataFrame.iloc: a row has `values`, a cell is a number."""

    def __init__(self, values: np.ndarray) -> None:
        self.cells = values

    def __getitem__(self, key: Any) -> Any:
        found = self.cells[key]
        return Column(found) if isinstance(found, np.ndarray) else found


def read_csv(path: str) -> Table:
    """A csv file of numbers with a header line, or what a file that is not there would hold."""
    if path in pretend.TABLES:
        rows, classes = pretend.TABLES[path]
        return Table({name: pretend.made((rows,), count, seed) for seed, (name, count) in enumerate(classes.items())})
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    columns: dict[str, np.ndarray] = {}
    for index, name in enumerate(header):
        cells = [row[index] for row in rows]
        whole = all("." not in cell for cell in cells)
        columns[name] = np.array(cells, dtype=np.float64).astype(np.int64 if whole else np.float64)
    return Table(columns)


class Compose:
    """torchvision.transforms.Compose."""

    def __init__(self, steps: list[Callable[[Any], Any]]) -> None:
        self.steps = steps

    def __call__(self, image: Any) -> Any:
        for step in self.steps:
            image = step(image)
        return image


class ToTensor:
    """An H×W or H×W×C uint8 array to float32 C×H×W in 0..1; float arrays keep their dtype."""

    def __call__(self, image: Any) -> torch.Tensor:
        image = pretend.pixels_of(image)
        cube = image[:, :, None] if image.ndim == 2 else image
        tensor = torch.from_numpy(np.ascontiguousarray(cube.transpose(2, 0, 1)))
        return tensor.float().div(255) if tensor.dtype == torch.uint8 else tensor


class Normalize:
    """torchvision.transforms.Normalize."""

    def __init__(self, mean: Any, std: Any) -> None:
        self.mean, self.std = mean, std

    def __call__(self, tensor: torch.Tensor) -> torch.Tensor:
        mean = torch.tensor(self.mean, dtype=tensor.dtype).view(-1, 1, 1)
        std = torch.tensor(self.std, dtype=tensor.dtype).view(-1, 1, 1)
        return (tensor - mean) / std


def images(*shape: int) -> type:
    """A data set class of 96 random images of this shape with labels 0..9."""

    class Images(torch.utils.data.Dataset):
        def __init__(self, root: str, train: bool = True, transform: Any = None, download: bool = False) -> None:
            random = np.random.RandomState(0)
            self.data = random.randint(0, 256, size=(96, *shape)).astype(np.uint8)
            self.targets = [int(label) for label in random.randint(0, 10, size=96)]
            self.targets[:10] = range(10)
            self.transform = transform

        def __len__(self) -> int:
            return len(self.data)

        def __getitem__(self, index: int) -> tuple[Any, int]:
            image = self.data[index]
            return (self.transform(image) if self.transform else image), self.targets[index]

    return Images


def install() -> None:
    """Put the stand-ins where `import` finds them."""
    for name in ("matplotlib", "matplotlib.pyplot"):
        module: Any = types.ModuleType(name)
        module.__getattr__ = Anything().__getattr__
        sys.modules[name] = module
    sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]
    bar: Any = types.ModuleType("tqdm")
    bar.tqdm, bar.trange = Bar, lambda *args, **kwargs: Bar(range(*args))
    pandas: Any = types.ModuleType("pandas")
    pandas.read_csv, pandas.DataFrame = read_csv, Table
    vision: Any = types.ModuleType("torchvision")
    vision.transforms = types.ModuleType("torchvision.transforms")
    vision.transforms.Compose, vision.transforms.ToTensor = Compose, ToTensor
    vision.transforms.Normalize = Normalize
    vision.datasets = types.ModuleType("torchvision.datasets")
    vision.datasets.MNIST = vision.datasets.FashionMNIST = images(28, 28)
    vision.datasets.CIFAR10 = images(32, 32, 3)
    for module in (bar, pandas, vision, vision.transforms, vision.datasets):
        sys.modules[module.__name__] = module
    pretend.install()
