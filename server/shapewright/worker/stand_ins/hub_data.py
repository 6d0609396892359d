"""Hugging Face's `datasets` where it is missing: of data sets that everybody uses, the columns, sizes and classes.

Nobody has read the texts, a picture has the size that all pictures of its set have, and the labels are the classes in
turn. Of any other data set nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, pil, unread
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown

_TEXT, _LABEL, _NUMBER = "text", "label", "number"
_Picture = tuple[str, int, int]
_Kind = str | _Picture


@dataclass(frozen=True)
class _Known:
    columns: dict[str, _Kind]
    classes: int
    splits: dict[str, int]


def _texts(classes: int, train: int, test: int, *columns: str, **more: int) -> _Known:
    names = columns or ("text",)
    return _Known({**dict.fromkeys(names, _TEXT), "label": _LABEL}, classes, {"train": train, "test": test, **more})


def _pictures(mode: str, size: int, classes: int, train: int, test: int, *names: str) -> _Known:
    picture, label = names or ("image", "label")
    return _Known({picture: (mode, size, size), label: _LABEL}, classes, {"train": train, "test": test})


_KNOWN: dict[str, _Known] = {
    "imdb": _texts(2, 25000, 25000, unsupervised=50000),
    "ag_news": _texts(4, 120000, 7600),
    "rotten_tomatoes": _texts(2, 8530, 1066, validation=1066),
    "emotion": _texts(6, 16000, 2000, validation=2000),
    "yelp_polarity": _texts(2, 560000, 38000),
    "yelp_review_full": _texts(5, 650000, 50000),
    "amazon_polarity": _texts(2, 3600000, 400000, "title", "content"),
    "glue/sst2": _Known(
        {"sentence": _TEXT, "label": _LABEL, "idx": _NUMBER}, 2, {"train": 67349, "validation": 872, "test": 1821}
    ),
    "glue/cola": _Known(
        {"sentence": _TEXT, "label": _LABEL, "idx": _NUMBER}, 2, {"train": 8551, "validation": 1043, "test": 1063}
    ),
    "glue/mrpc": _Known(
        {"sentence1": _TEXT, "sentence2": _TEXT, "label": _LABEL, "idx": _NUMBER},
        2,
        {"train": 3668, "validation": 408, "test": 1725},
    ),
    "mnist": _pictures("L", 28, 10, 60000, 10000),
    "fashion_mnist": _pictures("L", 28, 10, 60000, 10000),
    "cifar10": _pictures("RGB", 32, 10, 50000, 10000, "img", "label"),
}
"""By name, or by name and configuration."""
_OWNERS = (
    "stanfordnlp/", "fancyzhx/", "dair-ai/", "cornell-movie-review-data/", "nyu-mll/", "ylecun/", "zalando-datasets/",
    "uoft-cs/",
)  # fmt: skip


@dataclass
class Dataset:
    """A split. Every sample is like the first but for its label."""

    _sw_count = 0  # it says that the samples are of our making
    columns: dict[str, Any]
    count: int
    classes: int
    format: str | None = None
    shown: list[str] | None = None
    transform: Callable[..., Any] | None = field(default=None)

    def __len__(self) -> int:
        return self.count

    @property
    def column_names(self) -> list[str]:
        """Their names."""
        return list(self.columns)

    @property
    def num_rows(self) -> int:
        """How many samples."""
        return self.count

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and columns."""
        return self.count, len(self.columns)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def _at(self, name: str, index: int) -> Any:
        value = self.columns[name]
        return index % self.classes if value is _LABEL else value

    def _formatted(self, value: Any) -> Any:
        if self.format != "torch":
            return value
        return _tensor(value)

    def _batch(self, count: int) -> dict[str, Any]:
        return {name: [self._at(name, index) for index in range(count)] for name in self.columns}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self.columns:
                return Unknown(key)
            if self.format is not None or self.columns[key] is not _LABEL or self.count > 1 << 20:
                return unread.Column((None,)).unknown() if self.format is None else Unknown(key)
            return [index % self.classes for index in range(self.count)]
        if not isinstance(key, int) or isinstance(key, bool):
            return Unknown("samples")
        if self.transform is not None:
            made = self.transform(self._batch(1))
            return {k: _first(v) for k, v in made.items()} if isinstance(made, dict) else Unknown("sample")
        if self.count % MAGIC and not -self.count <= key < self.count:
            raise kit.real(IndexError(f"Index {key} out of range for dataset of size {self.count}."))
        names = self.shown if self.shown is not None else list(self.columns)
        return {name: self._formatted(self._at(name, key)) for name in names if name in self.columns}

    def __iter__(self) -> Iterator[Any]:
        for index in range(min(self.count, 64)):
            yield self[index]

    def _like(self, **changes: Any) -> Dataset:
        return replace(self, **{"columns": dict(self.columns), **changes})

    def map(self, function: Any = None, with_indices: Any = False, *args: Any, **options: Any) -> Any:
        """New columns, as the function gives them for a batch or a sample."""
        if function is None or with_indices or options.get("with_rank") or options.get("input_columns"):
            return Unknown("dataset")
        batched = options.get("batched") is True
        samples = self._batch(2) if batched else {name: self._at(name, 0) for name in self.columns}
        made = function(samples, **(options.get("fn_kwargs") or {}))
        columns = dict(self.columns)
        for name in options.get("remove_columns") or ():
            columns.pop(name, None)
        if made is not None:
            if not isinstance(made, dict):
                return Unknown("dataset")
            fresh = {str(k): _first(v) if batched else v for k, v in made.items() if made[k] is not samples.get(k)}
            columns.update(fresh)
        return self._like(columns=columns)

    def set_format(self, type: Any = None, columns: Any = None, *args: Any, **options: Any) -> None:
        """Tensors, of some columns."""
        self.format, self.shown = type, list(columns) if isinstance(columns, (list, tuple)) else None
        if type not in (None, "torch", "pt"):
            self.columns = dict.fromkeys(self.columns, Unknown("value"))
        self.format = "torch" if type == "pt" else type

    def with_format(self, type: Any = None, columns: Any = None, *args: Any, **options: Any) -> Dataset:
        """The same of a copy."""
        made = self._like()
        made.set_format(type, columns)
        return made

    def set_transform(self, transform: Any, *args: Any, **options: Any) -> None:
        """What is done with each batch that is asked for."""
        self.transform = transform

    def with_transform(self, transform: Any, *args: Any, **options: Any) -> Dataset:
        """The same of a copy."""
        return self._like(transform=transform)

    def remove_columns(self, names: Any) -> Dataset:
        """Without some columns."""
        gone = {names} if isinstance(names, str) else set(names)
        return self._like(columns={k: v for k, v in self.columns.items() if k not in gone})

    def rename_column(self, old: Any, new: Any) -> Dataset:
        """A column under another name."""
        return self._like(columns={new if k == old else k: v for k, v in self.columns.items()})

    def select(self, indices: Any = None, *args: Any, **options: Any) -> Any:
        """Some samples."""
        return Unknown("dataset") if is_unknown(indices) or not hasattr(indices, "__len__") else self._like(
            count=len(indices)
        )  # fmt: skip

    def shuffle(self, *args: Any, **options: Any) -> Dataset:
        """In another order."""
        return self._like()

    def filter(self, *args: Any, **options: Any) -> Dataset:
        """Nobody knows how many are left."""
        return self._like(count=MAGIC)

    def train_test_split(self, test_size: Any = 0.25, *args: Any, **options: Any) -> Any:
        """Two parts."""
        if not isinstance(test_size, (int, float)) or kit.soft(self.count):
            return Splits({"train": self._like(count=MAGIC), "test": self._like(count=MAGIC)})
        test = test_size if isinstance(test_size, int) else -int(-self.count * test_size // 1)
        return Splits({"train": self._like(count=self.count - test), "test": self._like(count=test)})


class Splits(dict[str, Any]):
    """The splits by name; what is done with it is done with each."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in ("map", "set_format", "with_format", "remove_columns", "rename_column", "shuffle", "filter",
                        "with_transform", "set_transform"):  # fmt: skip
            return Unknown(name)

        def each(*args: Any, **kwargs: Any) -> Any:
            made = {split: getattr(data, name)(*args, **kwargs) for split, data in self.items()}
            return None if name.startswith("set_") else Splits(made)

        return each


def _first(values: Any) -> Any:
    if isinstance(values, torch.Tensor):
        return values[0] if values.dim() else Unknown("value")
    if isinstance(values, (list, tuple)) and values:
        return values[0]
    return values[0] if is_unknown(values) else Unknown("value")


def _tensor(value: Any) -> Any:
    """What the format `torch` makes of a value."""
    if is_unknown(value):
        made = unread.tensor_of(value) if isinstance(unread.facts_of(value), unread.Array) else None
        return Unknown("value") if made is None else made
    if isinstance(value, int):
        return torch.tensor(value)
    if isinstance(value, float):
        return torch.tensor(value, dtype=torch.float32)
    whole = isinstance(value, list) and bool(value) and all(type(v) is int for v in value)
    if whole:
        return torch.tensor(value)
    if isinstance(value, (torch.Tensor, str)):
        return value
    return Unknown("value")


def load_dataset(path: Any = None, name: Any = None, *args: Any, **options: Any) -> Any:
    """A split, or all of them."""
    if not isinstance(path, str) or options.get("streaming") or options.get("data_files") is not None:
        return Unknown("dataset")
    short = next((path.removeprefix(owner) for owner in _OWNERS if path.startswith(owner)), path)
    known = _KNOWN.get(f"{short}/{name}" if isinstance(name, str) else short)
    if known is None:
        return Unknown("dataset")
    split = options.get("split")
    if split is None:
        return Splits({part: _made(known, count) for part, count in known.splits.items()})
    if not isinstance(split, str):
        return Unknown("dataset")
    part, bracket, _ = split.partition("[")
    if part not in known.splits:
        return Unknown("dataset")
    return _made(known, MAGIC if bracket else known.splits[part])


def _made(known: _Known, count: int) -> Dataset:
    columns = {column: _value(kind) for column, kind in known.columns.items()}
    return Dataset(columns, count, known.classes)


def _value(kind: _Kind) -> Any:
    if isinstance(kind, tuple):
        return pil.new(kind[0], kind[1:])
    return unread.Cell(()).unknown() if kind == _TEXT else _LABEL if kind == _LABEL else 0


MODULES: kit.Modules = {"datasets": lambda: {"load_dataset": load_dataset, "Dataset": Unknown("Dataset")}}
