"""pandas for small tables: the columns of a csv file of the workspace,
their dtypes and what is usually done before they become tensors.

Columns are NumPy arrays. What is not here is Unknown, and so is a column that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown


def np() -> Any:
    """NumPy, which every function here needs."""
    return kit.numpy()


def column(values: Any) -> Any:
    """Values as a column, with the dtype that pandas gives them."""
    if isinstance(values, Series):
        return values.values
    array = values if is_unknown(values) else np().asarray(values)
    if is_unknown(array):
        return array
    if array.dtype.kind in "US":
        return array.astype(object)
    if array.dtype == object and array.size and all(isinstance(v, (int, float)) or v is None for v in array.flat):
        return np().array([np().nan if v is None else v for v in array.flat])
    return array


class _Shared:
    """What Series and DataFrame have in common."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def __hash__(self) -> int:
        return id(self)

    def __neg__(self) -> Any:
        return self._new(-self.values)

    def __invert__(self) -> Any:
        return self._new(~self.values)

    def __bool__(self) -> bool:
        raise kit.real(
            ValueError(
                f"The truth value of a {type(self).__name__} is ambiguous. Use a.empty, a.bool(), a.item(), "
                f"a.any() or a.all()."
            )
        )


class Series(_Shared):
    """One column."""

    def __new__(cls, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Unknown data make no column."""
        known = not is_unknown(data) and not (isinstance(data, (list, tuple)) and any(map(is_unknown, data)))
        return object.__new__(cls) if known else Unknown("column")

    def __init__(self, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, **kwargs: Any) -> None:
        if isinstance(data, dict):
            index, data = list(data), list(data.values())
        self._array = column([] if data is None else data)
        if dtype is not None and not is_unknown(dtype):
            self._array = self._array.astype(dtype)
        self.name, self._index = name, index

    @property
    def values(self) -> Any:
        """The array."""
        return self._array

    @property
    def index(self) -> Any:
        """Labels of the rows."""
        return Index(range(len(self._array)) if self._index is None else self._index)

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows,)."""
        return self._array.shape

    @property
    def dtype(self) -> Any:
        """NumPy's dtype."""
        return self._array.dtype

    @property
    def size(self) -> int:
        """Rows."""
        return len(self._array)

    ndim = 1

    @property
    def iloc(self) -> Any:
        """By position."""
        return _Positions(lambda key: self._picked(key))

    @property
    def loc(self) -> Any:
        """By label or mask."""
        return _Positions(lambda key: self[key])

    def _new(self, array: Any) -> Series:
        return Series(array, index=self._index if len(array) == len(self._array) else None, name=self.name)

    def _picked(self, key: Any) -> Any:
        if is_unknown(key):
            return Unknown("rows")
        found = self._array[_plain(key)]
        return self._new(found) if getattr(found, "ndim", 0) else found

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._array.tolist() if self._array.dtype != object else self._array)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str) or is_unknown(key):
            labels = [] if self._index is None else list(self._index)
            return self._array[labels.index(key)] if key in labels else Unknown("item")
        return self._picked(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if not is_unknown(key) and not is_unknown(value):
            self._array[_plain(key)] = _plain(value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._array if dtype is None else self._array.astype(dtype)

    def to_numpy(self, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The array."""
        return self._array if dtype is None else self._array.astype(dtype)

    def tolist(self) -> list[Any]:
        """Python values."""
        return self._array.tolist()

    to_list = tolist

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Another dtype."""
        if is_unknown(dtype) or dtype in ("category", "string"):
            return Unknown("column") if dtype != "string" else self
        return self._new(self._array.astype(object if dtype in ("object", "str", str) else dtype))

    def copy(self, *args: Any) -> Series:
        """The same."""
        return self._new(self._array.copy())

    def fillna(self, value: Any = None, *args: Any, **kwargs: Any) -> Any:
        """No gaps."""
        if value is None or is_unknown(value) or kwargs.get("inplace"):
            return None if kwargs.get("inplace") else self._new(self._array)
        array = self._array.copy()
        array[missing(array)] = value
        return self._new(array)

    def isnull(self) -> Series:
        """A mask of gaps."""
        return self._new(missing(self._array))

    isna = isnull

    def notnull(self) -> Series:
        """A mask of values."""
        return self._new(~missing(self._array))

    notna = notnull

    def map(self, how: Any, *args: Any, **kwargs: Any) -> Any:
        """Each value by a dictionary or function."""
        if is_unknown(how):
            return Unknown("column")
        get: Callable[[Any], Any] = (lambda v: how.get(v, np().nan)) if isinstance(how, dict) else how
        made = [get(v) for v in self]
        return Unknown("column") if any(map_unknown(v) for v in made) else self._new(column(made))

    apply = map

    def replace(self, to_replace: Any = None, value: Any = None, **kwargs: Any) -> Any:
        """Each value by a dictionary."""
        if is_unknown(to_replace) or is_unknown(value) or isinstance(to_replace, list) or self._array.dtype == object:
            return Unknown("column")  # whether text becomes numbers depends on the version
        if isinstance(to_replace, dict):
            return self._new(column([to_replace.get(v, v) for v in self]))
        return self._new(column([value if v == to_replace else v for v in self]))

    def unique(self) -> Any:
        """Distinct values in order."""
        return np().array(list(dict.fromkeys(self)), dtype=self._array.dtype)

    def nunique(self) -> int:
        """Their number."""
        return len({v for v in self if v == v})

    def isin(self, values: Any) -> Any:
        """A mask."""
        return Unknown("mask") if is_unknown(values) else self._new(np().array([v in set(values) for v in self]))

    def head(self, n: int = 5) -> Any:
        """The first rows."""
        return self._new(self._array[:n])

    def tail(self, n: int = 5) -> Any:
        """The last rows."""
        return self._new(self._array[-n:])

    def reset_index(self, *args: Any, **kwargs: Any) -> Any:
        """The same values."""
        return self._new(self._array)

    def sum(self, *args: Any, **kwargs: Any) -> Any:
        """A number."""
        return self._array.sum()

    def item(self) -> Any:
        """The one value."""
        return self._array.item()


class Index(list[Any]):
    """Labels."""

    def tolist(self) -> list[Any]:
        """A plain list."""
        return list(self)

    to_list = tolist

    @property
    def values(self) -> Any:
        """An array."""
        return np().array(list(self), dtype=object if any(isinstance(v, str) for v in self) else None)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return Index(list.__getitem__(self, key))
        if isinstance(key, (list, tuple)) or hasattr(key, "dtype"):
            return Index(self.values[key])
        return list.__getitem__(self, key)

    def drop(self, labels: Any) -> Index:
        """Without some."""
        gone = [labels] if isinstance(labels, str) else list(labels)
        return Index([v for v in self if v not in gone])

    def difference(self, other: Any) -> Index:
        """Without others, sorted."""
        return Index(sorted(v for v in self if v not in list(other)))

    def get_loc(self, label: Any) -> Any:
        """The position."""
        return self.index(label) if label in self else Unknown("position")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)


class _Positions:
    """`iloc`, `loc`."""

    def __init__(self, get: Callable[[Any], Any], put: Callable[[Any, Any], None] | None = None) -> None:
        self.get, self.put = get, put

    def __getitem__(self, key: Any) -> Any:
        return self.get(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if self.put is not None:
            self.put(key, value)


def map_unknown(value: Any) -> bool:
    """Whether a value cannot stand in a column."""
    return is_unknown(value) or hasattr(value, "__torch_function__")


def missing(array: Any) -> Any:
    """A mask of NaN and None."""
    if array.dtype.kind == "f":
        return np().isnan(array)
    if array.dtype == object:
        return np().array([v is None or v != v for v in array.flat], dtype=bool).reshape(array.shape)
    return np().zeros(array.shape, dtype=bool)


def _plain(key: Any) -> Any:
    return key.values if isinstance(key, (Series, Index)) else key


def _binary(name: str) -> Callable[[Any, Any], Any]:
    def operation(self: Series, other: Any) -> Any:
        if is_unknown(other):
            return Unknown("column")
        other = _plain(other)
        if not np().isscalar(other) and getattr(other, "shape", self._array.shape) != self._array.shape:
            return Unknown("column")
        made = getattr(self._array, name)(other)
        return NotImplemented if made is NotImplemented else self._new(made)

    operation.__name__ = name
    return operation


_BINARY = "add radd sub rsub mul rmul truediv rtruediv floordiv mod pow lt le gt ge eq ne and or xor"
for _name in _BINARY.split():
    setattr(Series, f"__{_name}__", _binary(f"__{_name}__"))


def _reduce(name: str, numeric: Callable[[Any], Any]) -> Callable[..., Any]:
    def reduction(self: Series, *args: Any, **kwargs: Any) -> Any:
        array = self.values
        return numeric(array) if array.dtype.kind in "fiub" and array.size else Unknown(name)

    reduction.__name__ = name
    return reduction


REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "mean": lambda a: np().nanmean(a), "median": lambda a: np().nanmedian(a), "min": lambda a: np().nanmin(a),
    "max": lambda a: np().nanmax(a),
    "std": lambda a: np().nanstd(a, ddof=1) if a.size > 1 else np().nan, "var": lambda a: np().nanvar(a,
    ddof=1) if a.size > 1 else np().nan,
}  # fmt: skip
for _name, _function in REDUCTIONS.items():
    setattr(Series, _name, _reduce(_name, _function))
