"""pandas: reading small files, joining tables, and which module holds what."""

from __future__ import annotations

import csv
import os
from typing import Any

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.pandas import arithmetic as _arithmetic
from shapewright.worker.stand_ins.pandas.frame import DataFrame
from shapewright.worker.stand_ins.pandas.series import Series, np

LIMIT = 1 << 20
"""Bytes of a file that is read."""


def read_csv(path: Any = None, sep: Any = ",", **options: Any) -> Any:
    """The columns of a small file; Unknown ones where it is not there or the options are unusual."""
    sep = options.pop("delimiter", None) or sep
    known = {
        "header",
        "names",
        "usecols",
        "nrows",
        "dtype",
        "index_col",
        "encoding",
        "skiprows",
        "low_memory",
        "engine",
        "na_values",
    }
    if (
        np() is None
        or not isinstance(path, (str, os.PathLike))
        or set(options) - known
        or any(is_unknown(v) for v in options.values())
    ):
        return unread.read(options)
    try:
        if os.path.getsize(path) > LIMIT or not isinstance(sep, str) or len(sep) != 1:
            return unread.read(options)
        with open(path, newline="", encoding=options.get("encoding") or "utf-8-sig") as file:
            rows = [row for row in csv.reader(file, delimiter=sep) if row]
    except (OSError, UnicodeDecodeError, csv.Error, LookupError):
        return unread.read(options)
    skip = options.get("skiprows") or 0
    if not isinstance(skip, int):
        return Unknown("table")
    return _table(rows[skip:], options)


def _table(rows: list[list[str]], options: dict[str, Any]) -> Any:
    names, header = options.get("names"), options.get("header", "infer")
    if not rows or header not in ("infer", None, 0):
        return Unknown("table")
    titles: list[Any] = (
        list(names) if names is not None else rows[0] if header is not None else list(range(len(rows[0])))
    )
    body = rows if header is None or (header == "infer" and names is not None) else rows[1:]
    if any(len(row) != len(titles) for row in body) or len(set(titles)) < len(titles):
        return Unknown("table")
    titles = [f"Unnamed: {i}" if title == "" else title for i, title in enumerate(titles)]
    if isinstance(options.get("nrows"), int):
        body = body[: options["nrows"]]
    gaps = set(options["na_values"]) if isinstance(options.get("na_values"), list) else {options.get("na_values")}
    made = {title: _typed([row[i] for row in body], gaps) for i, title in enumerate(titles)}
    chosen = options.get("usecols")
    if isinstance(chosen, list):
        made = {t: v for i, (t, v) in enumerate(made.items()) if t in chosen or i in chosen}
    index = options.get("index_col")
    if index is not None and index is not False:
        made.pop(titles[index] if isinstance(index, int) and index < len(titles) else index, None)
    dtype = options.get("dtype")
    if dtype is not None and not isinstance(dtype, dict):
        made = {t: v.astype(object if dtype is str else dtype) for t, v in made.items()}
    return DataFrame.of(made)


_GAPS = frozenset(("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a", "<NA>", "#N/A", "-nan", "-NaN", "#NA"))


def _typed(cells: list[str], gaps: set[Any]) -> Any:
    """A column as pandas types it: int64, float64, bool, else object."""
    blank = [cell in _GAPS or cell in gaps for cell in cells]
    given = [cell for cell, gap in zip(cells, blank, strict=False) if not gap]
    if given and all(cell in ("True", "False", "TRUE", "FALSE", "true", "false") for cell in given) and not any(blank):
        return np().array([cell.lower() == "true" for cell in cells])
    try:
        if not any(blank):
            return np().array([int(cell) for cell in cells], dtype=np().int64)
    except (ValueError, OverflowError):
        pass
    try:
        return np().array(
            [np().nan if gap else float(cell) for cell, gap in zip(cells, blank, strict=False)], dtype=np().float64
        )
    except ValueError:
        made = np().empty(len(cells), dtype=object)
        made[:] = [np().nan if gap else cell for cell, gap in zip(cells, blank, strict=False)]
        return made


def concat(objs: Any, axis: Any = 0, **kwargs: Any) -> Any:
    """Tables one below or beside the other."""
    if is_unknown(objs) or any(is_unknown(o) for o in objs):
        return unread.beside(objs, axis)
    items = list(objs.values() if isinstance(objs, dict) else objs)
    if all(isinstance(o, DataFrame) for o in items):
        if axis in (1, "columns"):
            return (
                DataFrame.of({n: v for o in items for n, v in o.arrays.items()})
                if len({len(o) for o in items}) == 1
                else Unknown("table")
            )
        names = list(items[0].arrays)
        if all(list(o.arrays) == names for o in items):
            return DataFrame.of({n: np().concatenate([o.arrays[n] for o in items]) for n in names})
    return Unknown("table")


def get_dummies(data: Any, *args: Any, **kwargs: Any) -> Any:
    """One bool column for each value of the text columns, or of a series."""
    if is_unknown(data):
        return unread.dummies(data)
    if args or set(kwargs) - {"columns", "drop_first", "dtype"}:
        return Unknown("table")
    dtype = kwargs.get("dtype") or bool
    skip = 1 if kwargs.get("drop_first") else 0
    if isinstance(data, Series):
        values = sorted({v for v in data if v == v and v is not None})[skip:]
        return DataFrame.of({v: (data.values == v).astype(dtype) for v in values})
    chosen = kwargs.get("columns") or [n for n, v in data.arrays.items() if v.dtype == object]
    made = {n: v for n, v in data.arrays.items() if n not in chosen}
    for name in chosen:
        if name not in data.arrays:
            return Unknown("table")
        array = data.arrays[name]
        values = sorted({v for v in array.tolist() if v == v and v is not None})[skip:]
        made.update({f"{name}_{v}": (array == v).astype(dtype) for v in values})
    return DataFrame.of(made)


def _pandas() -> kit.Names:
    def isnull(value: Any) -> Any:
        return value.isnull() if isinstance(value, (Series, DataFrame)) else value is None or value != value

    def to_numeric(arg: Any, *args: Any, **kwargs: Any) -> Any:
        return arg if isinstance(arg, Series) and arg.dtype.kind in "fiu" else Unknown("column")

    return {
        "__version__": "2.2.0", "DataFrame": DataFrame, "Series": Series, "read_csv": read_csv,
        **dict.fromkeys(("read_excel", "read_parquet", "read_feather"), lambda *args, **options: unread.read(options)),
        "read_table": lambda p=None, sep="\t", **k: read_csv(p, sep, **k),
        "concat": concat, "get_dummies": get_dummies, "isnull": isnull, "isna": isnull, "to_numeric": to_numeric,
        "set_option": lambda *a, **k: None,
        "unique": lambda values: Series(values).unique(),
    }  # fmt: skip


MODULES: kit.Modules = {"pandas": _pandas}
__all__ = ["MODULES", "_arithmetic"]
