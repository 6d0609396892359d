"""pandas' DataFrame, over the columns of `frames`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from shapewright.worker.stand_ins import unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.pandas.series import (
    Index,
    Series,
    _Positions,
    _Shared,
    column,
    missing,
    np,
)


class DataFrame(_Shared):
    """Columns of the same length."""

    ndim = 2

    def __new__(cls, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Unknown data make no table."""
        if not is_unknown(data):
            return object.__new__(cls)
        return unread.table(data, kwargs.get("columns", args[1] if len(args) > 1 else None))

    def __init__(
        self, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        made: dict[Any, Any] = {}
        if isinstance(data, DataFrame):
            made = dict(data._columns)
        elif isinstance(data, dict):
            made = {name: column(values) for name, values in data.items() if not is_unknown(column(values))}
        elif isinstance(data, list) and data and isinstance(data[0], dict):
            made = {
                name: column([row.get(name) for row in data]) for name in dict.fromkeys(k for row in data for k in row)
            }
        elif data is not None:
            array = np().asarray(data)
            array = array[:, None] if array.ndim == 1 else array
            names = list(range(array.shape[1])) if columns is None else list(columns)
            made = {name: column(array[:, i]) for i, name in enumerate(names)}
        length = max((len(v) for v in made.values() if v.ndim), default=1)
        self.__dict__["_columns"] = {name: np().full(length, v) if not v.ndim else v for name, v in made.items()}
        if dtype is not None and not is_unknown(dtype):
            self.__dict__["_columns"] = {name: v.astype(dtype) for name, v in self._columns.items()}

    @staticmethod
    def of(columns: dict[Any, Any]) -> DataFrame:
        """A table of these arrays."""
        frame = DataFrame()
        frame.__dict__["_columns"] = columns
        return frame

    @property
    def arrays(self) -> dict[Any, Any]:
        """The columns as arrays, by name."""
        return self.__dict__["_columns"]

    def _each(self, change: Callable[[Any], Any]) -> DataFrame:
        return DataFrame.of({name: change(values) for name, values in self._columns.items()})

    @property
    def columns(self) -> Index:
        """The names."""
        return Index(self._columns)

    @property
    def index(self) -> Index:
        """Numbers of the rows."""
        return Index(range(len(self)))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self), len(self._columns)

    @property
    def size(self) -> int:
        """Cells."""
        return len(self) * len(self._columns)

    @property
    def empty(self) -> bool:
        """Whether there is nothing."""
        return not self.size

    @property
    def dtypes(self) -> Series:
        """The dtype of each column."""
        made = np().empty(len(self._columns), dtype=object)
        made[:] = [v.dtype for v in self._columns.values()]
        return Series(made, index=list(self._columns))

    @property
    def values(self) -> Any:
        """One array with the common dtype: object where columns have nothing in common."""
        arrays = list(self._columns.values())
        if not arrays:
            return np().empty((0, 0))
        kinds = {a.dtype.kind for a in arrays}
        if "O" in kinds or ("b" in kinds and len(kinds) > 1):
            return np().stack([a.astype(object) for a in arrays], axis=1)
        return np().stack(arrays, axis=1)

    @property
    def T(self) -> DataFrame:
        """Rows and columns exchanged."""
        return DataFrame(self.values.T)

    @property
    def iloc(self) -> _Positions:
        """By position."""
        return _Positions(self._by_position)

    @property
    def loc(self) -> _Positions:
        """By label or mask."""
        return _Positions(self._by_label, self._put_label)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getattr__(self, name: str) -> Any:
        columns = self.__dict__.get("_columns", {})
        if name in columns:
            return Series(columns[name], name=name)
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "columns" and not is_unknown(value):
            self.__dict__["_columns"] = dict(zip(list(value), self._columns.values(), strict=False))
        elif name in self._columns:
            self[name] = value

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values if dtype is None else self.values.astype(dtype)

    def to_numpy(self, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        """`values`, perhaps in another dtype."""
        return self.values if dtype is None else self.values.astype(dtype)

    def __getitem__(self, key: Any) -> Any:
        if is_unknown(key):
            return Unknown("column")
        if isinstance(key, slice):
            return self._each(lambda v: v[key])
        if isinstance(key, (list, Index)):
            if key and all(isinstance(k, bool) for k in key):
                return self._each(lambda v: v[np().array(key)])
            return (
                DataFrame.of({k: self._columns[k] for k in key})
                if all(k in self._columns for k in key)
                else Unknown("columns")
            )
        if isinstance(key, Series) or (hasattr(key, "dtype") and key.dtype == bool):
            mask = np().asarray(key)
            return self._each(lambda v: v[mask]) if mask.dtype == bool else Unknown("rows")
        return Series(self._columns[key], name=key) if key in self._columns else Unknown(str(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        names = list(key) if isinstance(key, (list, Index)) else [key]
        for number, name in enumerate(names):
            if is_unknown(value):
                self._columns.pop(name, None)
                continue
            part = (
                value
                if not isinstance(key, (list, Index))
                else value[value.columns[number]]
                if isinstance(value, DataFrame)
                else value
            )
            if not isinstance(part, (Series, list)) and np().ndim(part) == 2:
                part = np().asarray(part)[:, number]
            made = column(part)
            self._columns[name] = np().full(len(self), made) if not made.ndim else made

    def __delitem__(self, name: Any) -> None:
        self._columns.pop(name, None)

    def pop(self, name: Any) -> Any:
        """A column, taken out."""
        return Series(self._columns.pop(name), name=name) if name in self._columns else Unknown(str(name))

    def _by_position(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if is_unknown(rows) or is_unknown(columns):
            return Unknown("rows")
        names = list(self._columns)
        rows = np().asarray(rows) if isinstance(rows, (Series, Index)) else rows
        if isinstance(columns, int):
            return Series(self._columns[names[columns]], name=names[columns])._picked(rows)
        chosen = names[columns] if isinstance(columns, slice) else [names[i] for i in columns]
        picked = DataFrame.of({name: self._columns[name] for name in chosen})
        return (
            picked._row(rows)
            if isinstance(rows, int) or (np().ndim(rows) == 0 and not isinstance(rows, slice))
            else picked._each(lambda v: v[rows])
        )

    def _row(self, number: Any) -> Series:
        return Series(self.values[number], index=list(self._columns))

    def _by_label(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if is_unknown(rows) or is_unknown(columns):
            return Unknown("rows")
        if isinstance(rows, slice) and rows.stop is not None:
            rows = slice(rows.start, rows.stop + 1, rows.step) if isinstance(rows.stop, int) else slice(None)
        rows = np().asarray(rows) if isinstance(rows, (Series, Index)) else rows
        if isinstance(columns, slice):
            names = list(self._columns)
            if (columns.start is not None and columns.start not in names) or (
                columns.stop is not None and columns.stop not in names
            ):
                return Unknown("columns")
            first = names.index(columns.start) if columns.start is not None else 0
            last = names.index(columns.stop) + 1 if columns.stop is not None else len(names)
            columns = names[first:last]
        chosen = self[columns]
        if is_unknown(chosen) or isinstance(rows, str):
            return Unknown("rows")
        return chosen._by_position(rows) if isinstance(chosen, DataFrame) else chosen._picked(rows)

    def _put_label(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) else (key, None)
        if isinstance(columns, str) and columns in self._columns and not is_unknown(rows) and not is_unknown(value):
            array = self._columns[columns]
            array = array.astype(object) if isinstance(value, str) else array.copy()
            array[np().asarray(rows) if isinstance(rows, Series) else rows] = value
            self._columns[columns] = column(array)

    # ------------------------------------------------------------------------------------------------ whole tables

    def drop(
        self,
        labels: Any = None,
        axis: Any = 0,
        index: Any = None,
        columns: Any = None,
        inplace: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Without some columns or rows."""
        gone = columns if columns is not None else labels if axis in (1, "columns") else None
        if is_unknown(gone):
            return Unknown("table")
        if gone is None:
            rows = index if index is not None else labels
            if is_unknown(rows):
                return Unknown("table")
            left = np().delete(np().arange(len(self)), np().asarray(rows, dtype=np().int64))
            made = {name: v[left] for name, v in self._columns.items()}
        else:
            names = [gone] if isinstance(gone, str) or not hasattr(gone, "__iter__") else list(gone)
            made = {name: v for name, v in self._columns.items() if name not in names}
        if inplace:
            self.__dict__["_columns"] = made
            return None
        return DataFrame.of(made)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Other dtypes."""
        if is_unknown(dtype) or dtype == "category":
            return Unknown("table")
        if isinstance(dtype, dict):
            return DataFrame.of({n: v.astype(dtype[n]) if n in dtype else v for n, v in self._columns.items()})
        return self._each(lambda v: v.astype(dtype))

    def copy(self, *args: Any, **kwargs: Any) -> DataFrame:
        """The same."""
        return self._each(lambda v: v.copy())

    def reset_index(self, *args: Any, **kwargs: Any) -> Any:
        """The same rows."""
        return (
            None
            if kwargs.get("inplace")
            else DataFrame.of(dict(self._columns))
            if kwargs.get("drop")
            else Unknown("table")
        )

    def sample(self, n: Any = None, frac: Any = None, *args: Any, **kwargs: Any) -> Any:
        """As many rows."""
        count = n if n is not None else round(len(self) * frac) if isinstance(frac, (int, float)) else 1
        return Unknown("table") if is_unknown(count) else self._each(lambda v: v[:count])

    def head(self, n: int = 5) -> DataFrame:
        """The first rows."""
        return self._each(lambda v: v[:n])

    def tail(self, n: int = 5) -> DataFrame:
        """The last rows."""
        return self._each(lambda v: v[-n:])

    def dropna(self, *args: Any, **kwargs: Any) -> Any:
        """Rows without gaps."""
        if kwargs.get("axis") in (1, "columns") or kwargs.get("how") == "all" or kwargs.get("thresh") is not None:
            return Unknown("table")
        names = kwargs.get("subset") or list(self._columns)
        names = [names] if isinstance(names, str) else names
        whole = np().ones(len(self), dtype=bool)
        for name in names:
            if name in self._columns:
                whole &= ~missing(self._columns[name])
        made = {name: v[whole] for name, v in self._columns.items()}
        if kwargs.get("inplace"):
            self.__dict__["_columns"] = made
            return None
        return DataFrame.of(made)

    def fillna(self, value: Any = None, *args: Any, **kwargs: Any) -> Any:
        """No gaps."""
        if isinstance(value, Series):
            value = dict(zip(list(value.index), value, strict=False))
        made = {
            n: Series(v).fillna(value.get(n) if isinstance(value, dict) else value).values
            if not isinstance(value, dict) or n in value
            else v
            for n, v in self._columns.items()
        }
        if kwargs.get("inplace"):
            self.__dict__["_columns"] = made
            return None
        return DataFrame.of(made)

    def rename(self, *args: Any, columns: Any = None, **kwargs: Any) -> Any:
        """Other names."""
        if not isinstance(columns, dict):
            return Unknown("table")
        made = {columns.get(name, name): v for name, v in self._columns.items()}
        if kwargs.get("inplace"):
            self.__dict__["_columns"] = made
            return None
        return DataFrame.of(made)

    def isnull(self) -> DataFrame:
        """A mask of gaps."""
        return self._each(missing)

    isna = isnull

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Any:
        """Numeric columns, or those that are not."""
        asked = include if include is not None else exclude
        words = {str(getattr(a, "__name__", a)) for a in (asked if isinstance(asked, (list, tuple)) else [asked])}
        kinds = {
            "number": "fiu",
            "object": "O",
            "float64": "f",
            "int64": "i",
            "float": "f",
            "int": "i",
            "bool": "b",
            "str": "O",
        }
        if not words <= kinds.keys():
            return Unknown("table")
        chosen = "".join(kinds[w] for w in words)
        return DataFrame.of(
            {n: v for n, v in self._columns.items() if (v.dtype.kind in chosen) == (include is not None)}
        )

    def iterrows(self) -> Iterator[tuple[int, Series]]:
        """Number and row."""
        return ((number, self._row(number)) for number in range(len(self)))

    def to_dict(self, orient: str = "dict") -> Any:
        """Plain Python."""
        lists = {name: v.tolist() for name, v in self._columns.items()}
        if orient == "records":
            return [dict(zip(lists, row, strict=False)) for row in zip(*lists.values(), strict=False)]
        return lists if orient == "list" else {name: dict(enumerate(v)) for name, v in lists.items()}

    to_csv = info = to_pickle = to_json = lambda self, *a, **k: None
