"""pandas' tables and columns that were not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from shapewright.worker.stand_ins.unread.arrays import Array, dtype_name, facts_of, indexed
from shapewright.worker.stand_ins.unread.facts import NUMBER, Facts, given, joined, shown
from shapewright.worker.unknown import Unknown

_KEPT = """
    copy fillna dropna reset_index sample head tail sort_values sort_index query interpolate round ffill bfill
    drop_duplicates rename replace clip shift diff abs infer_objects nlargest nsmallest truncate
"""
_SAME = frozenset(_KEPT.split())
"""Methods that leave the kind of thing it is, and its columns."""
_NEW_DTYPE = frozenset(("replace", "round", "infer_objects", "abs", "shift", "diff"))
_OWN = """
    columns index T plot dtypes size empty info describe apply applymap map groupby mean median mode std var min max
    sum count corr nunique unique isnull isna notnull notna any all to_dict to_csv to_json to_pickle to_excel to_list
    tolist items iteritems itertuples keys get pivot pivot_table melt stack unstack agg aggregate transform rolling
    resample cumsum append insert join merge update where mask eq ne lt gt le ge add sub mul div name hist boxplot
    assign pipe duplicated idxmax idxmin quantile value_counts memory_usage set_axis set_index at iat axes explode
    convert_dtypes pct_change cov rank ewm expanding filter squeeze isin str dt cat between prod product sem skew kurt
    kurtosis to_frame to_string to_html to_markdown to_records to_sql to_parquet to_latex style attrs flags add_prefix
    add_suffix align asfreq asof cummax cummin cumprod compare combine combine_first dot droplevel equals eval first
    last first_valid_index last_valid_index floordiv from_dict from_records isetitem mod multiply subtract divide
    truediv pow radd rsub rmul rdiv reindex reindex_like rename_axis reorder_levels swapaxes swaplevel take to_period
    to_timestamp to_xarray tz_convert tz_localize transpose xs hasnans is_unique array nbytes factorize argmax argmin
    argsort searchsorted repeat autocorr backfill pad bool
"""
_OTHER = frozenset(_OWN.split())
"""Names of pandas' own: any other attribute of a table is a column."""


@dataclass(frozen=True)
class Cell(Facts):
    """One value of a table."""

    def computed(self, other: Any) -> Any:
        """Arithmetic with numbers."""
        return self.unknown() if isinstance(other, (int, float)) else NotImplemented


@dataclass(frozen=True)
class Names(Facts):
    """Names of columns."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """Some of them, or all as a list."""
        if name in ("drop", "difference", "tolist", "to_list", "intersection"):
            return lambda *args, **kwargs: self.unknown()
        return self.unknown() if name in ("values", "str") else NotImplemented

    def item(self, owner: Unknown, key: Any) -> Any:
        """Some, or one."""
        return self.unknown() if isinstance(key, slice) else NotImplemented


@dataclass(frozen=True)
class _Shared(Facts):
    def attribute(self, owner: Unknown, name: str) -> Any:
        """What columns and tables have in common."""
        if name == "shape":
            return tuple(shown(size) for size in self.shape)
        if name == "ndim":
            return len(self)
        if name == "values":
            return Array(self.shape, self.dtype).unknown()
        if name in ("to_numpy", "as_matrix"):
            return lambda dtype=None, *a, **k: Array(
                self.shape, self.dtype if dtype is None else dtype_name(dtype)
            ).unknown()
        if name == "astype":
            return lambda dtype=None, *a, **k: replace(self, dtype=dtype_name(dtype)).unknown()
        if name in _SAME:
            return lambda *args, **kwargs: self._kept(owner, name, kwargs)
        return NotImplemented

    def _kept(self, owner: Unknown, name: str, options: dict[str, Any]) -> Any:
        known = replace(self, shape=(None, *self.shape[1:]), dtype=None if name in _NEW_DTYPE else self.dtype)
        if name == "reset_index" and options.get("drop") is not True:
            known = Table((None, None), None)
        return _given_back(owner, known, options)

    def computed(self, other: Any) -> Any:
        """Elementwise, row by row and column by column."""
        facts = facts_of(other)
        if isinstance(other, (int, float)) or (facts is not None and not facts.shape):
            return replace(
                self, dtype="float64" if isinstance(other, float) and self.dtype == NUMBER else None
            ).unknown()
        if type(facts) is type(self) and facts is not None:
            return replace(self, dtype=joined(self.dtype, facts.dtype)).unknown()
        return NotImplemented

    def compared(self, other: Any) -> Any:
        """A mask."""
        plain = isinstance(other, (int, float, str)) or other is None
        return replace(self, dtype="bool").unknown() if plain or facts_of(other) is not None else NotImplemented


def _given_back(owner: Unknown, known: Facts, options: dict[str, Any]) -> Any:
    if not options.get("inplace"):
        return known.unknown()
    object.__setattr__(owner, "_sw_facts", known)
    return None


@dataclass(frozen=True)
class Column(_Shared):
    """A series, or a row of a table."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """Positions, list, and what tables have too."""
        if name in ("iloc", "loc"):
            return _Positions(self.shape, self.dtype, self).unknown()
        if name in ("tolist", "to_list"):
            return lambda: Column(self.shape, None).unknown()
        if name == "cat":
            return _Categories(self.shape, None).unknown()
        if name in ("map", "apply"):
            return lambda *args, **kwargs: Column(self.shape, None).unknown()
        return super().attribute(owner, name)

    def item(self, owner: Unknown, key: Any) -> Any:
        """One value, or some."""
        if isinstance(key, str):
            return Cell((), None).unknown()
        return _picked(self, indexed(self.shape, key))

    def items(self) -> Iterator[Any]:
        """Its values: one stands for all."""
        yield Cell((), None).unknown()


@dataclass(frozen=True)
class _Categories(Facts):
    """`.cat` of a column."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """The numbers of the categories: whole, and as small as their count allows."""
        return Column(self.shape, None).unknown() if name == "codes" else NotImplemented


def _picked(of: Facts, shape: Any) -> Any:
    """Values at an index, as pandas gives them."""
    if shape is None or len(shape) > 2:
        return NotImplemented
    kind = (Cell, Column, Table)[len(shape)]
    return kind(shape, of.dtype if kind is not Cell else None).unknown()


@dataclass(frozen=True)
class Table(_Shared):
    """A data frame. Its columns have no names here: any may be asked for."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """Columns by name, rows by position."""
        if name in ("iloc", "loc"):
            return _Positions(self.shape, self.dtype, self).unknown()
        if name == "columns":
            return Names((self.shape[1],), None).unknown()
        if name == "drop":
            return lambda *args, **kwargs: self._dropped(owner, *args, **kwargs)
        if name == "select_dtypes":
            return lambda *args, **kwargs: Table((self.shape[0], None), None).unknown()
        if name == "pop":
            return lambda key=None: self._popped(owner)
        if name == "iterrows":
            return lambda: _Rows(self.shape, None).unknown()
        found = super().attribute(owner, name)
        if found is NotImplemented and name not in _OTHER and not name.startswith("_"):
            return Column(self.shape[:1], self.dtype).unknown()
        return found

    def _dropped(self, owner: Unknown, labels: Any = None, axis: Any = 0, **options: Any) -> Any:
        columns = options.get("columns") is not None or axis in (1, "columns")
        gone = options.get("columns") if options.get("columns") is not None else labels
        count = 1 if isinstance(gone, str) else len(gone) if isinstance(gone, list) else None
        width = self.shape[1]
        if columns:
            width = width - count if width is not None and count is not None and count <= width else None
        return _given_back(owner, replace(self, shape=(self.shape[0] if columns else None, width)), options)

    def _popped(self, owner: Unknown) -> Any:
        width = self.shape[1]
        object.__setattr__(owner, "_sw_facts", replace(self, shape=(self.shape[0], width and width - 1)))
        return Column(self.shape[:1], self.dtype).unknown()

    def item(self, owner: Unknown, key: Any) -> Any:
        """A column, several, or some rows."""
        if isinstance(key, str):
            return Column(self.shape[:1], self.dtype).unknown()
        facts = facts_of(key)
        if isinstance(facts, Names):
            return replace(self, shape=(self.shape[0], None)).unknown()
        if isinstance(facts, Column) or isinstance(key, slice):
            return replace(self, shape=(None, self.shape[1])).unknown()
        if isinstance(key, list) and all(isinstance(k, str) for k in key):
            return replace(self, shape=(self.shape[0], len(key))).unknown()
        return NotImplemented

    def changed(self, key: Any, value: Any) -> Facts | None:
        """A column may be new, and of another dtype."""
        facts = facts_of(value)
        numbers = isinstance(value, (int, float)) or (facts is not None and facts.dtype in (NUMBER, "int64", "float64"))
        return replace(self, shape=(self.shape[0], None), dtype=self.dtype if numbers else None)


@dataclass(frozen=True)
class _Positions(Facts):
    """`iloc`, `loc`."""

    of: Facts = field(default_factory=lambda: Facts(()))

    def item(self, owner: Unknown, key: Any) -> Any:
        """By position; a label in the place of a position is one row or one column."""
        keys = key if isinstance(key, tuple) else (key,)
        plain = tuple(0 if isinstance(k, str) else len(k) and list(range(len(k))) if _labels(k) else k for k in keys)
        plain = tuple(slice(None) if isinstance(facts_of(k), Names) else k for k in plain)
        plain = tuple(slice(1, None) if isinstance(k, slice) and _by_label(k) else k for k in plain)
        made = _picked(self.of, indexed(self.of.shape, plain))
        facts = facts_of(made)
        if isinstance(facts, Table) and any(isinstance(facts_of(k), Names) for k in keys):
            return replace(facts, shape=(facts.shape[0], None)).unknown()
        return made


@dataclass(frozen=True)
class _Rows(Facts):
    """`iterrows()`."""

    def items(self) -> Iterator[Any]:
        """A label and a row."""
        yield Unknown("label"), Column(self.shape[1:]).unknown()


def _by_label(key: slice) -> bool:
    return isinstance(key.start, str) or isinstance(key.stop, str)


def _labels(key: Any) -> bool:
    return isinstance(key, list) and bool(key) and all(isinstance(k, str) for k in key)


def table(data: Any, columns: Any = None) -> Any:
    """`pd.DataFrame(…)` of data that was not read."""
    facts = facts_of(data)
    if not isinstance(facts, (Array, Table, Column)) or len(facts) > 2:
        return Unknown("table")
    shape = facts.shape if len(facts) == 2 else (*facts.shape, 1)
    width = given(len(columns)) if isinstance(columns, (list, tuple)) and columns else shape[1]
    return Table((shape[0], width), facts.dtype).unknown()


def dummies(data: Any) -> Any:
    """`pd.get_dummies(…)`: as many columns as there are values."""
    facts = facts_of(data)
    return Unknown("table") if facts is None or not facts.shape else Table((facts.shape[0], None)).unknown()


def beside(objs: Any, axis: Any) -> Any:
    """`pd.concat(…)`: columns one below the other are a column, anything else is a table."""
    parts = [facts_of(o) for o in objs] if isinstance(objs, (list, tuple)) else []
    if not parts or not all(isinstance(part, (Table, Column)) for part in parts):
        return Unknown("table")
    if axis in (0, "index") and all(isinstance(part, Column) for part in parts):
        return Column((None,)).unknown()
    return Table((None, None)).unknown()


_MANY = frozenset(("chunksize", "iterator", "squeeze", "get_chunk"))


def read(options: dict[str, Any]) -> Any:
    """A table whose text file is not there, read with these options."""
    if _MANY & options.keys() or isinstance(options.get("header"), (list, tuple)):
        return Unknown("table")
    names, chosen, dtype = options.get("names"), options.get("usecols"), options.get("dtype")
    width = next((given(len(c)) for c in (chosen, names) if isinstance(c, (list, tuple))), None)
    if options.get("index_col") not in (None, False):
        width = None
    return Table((None, width), NUMBER if dtype is None else dtype_name(dtype)).unknown()
