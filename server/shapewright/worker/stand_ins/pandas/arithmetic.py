"""Arithmetic and summaries of whole tables, added to `DataFrame`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.pandas.frame import DataFrame
from shapewright.worker.stand_ins.pandas.series import REDUCTIONS, Series, np


def _arithmetic(self: DataFrame, other: Any, name: str) -> Any:
    if isinstance(other, Series):
        other = dict(zip(list(other.index), other, strict=False))
    if isinstance(other, DataFrame):
        other = {n: other.arrays[n] for n in other.arrays}
    if (
        is_unknown(other)
        or (isinstance(other, dict) and not all(n in other for n in self.arrays))
        or any(v.dtype == object for v in self.arrays.values())
    ):
        return Unknown("table")
    if not isinstance(other, dict) and not np().isscalar(other):
        return Unknown("table")
    made: dict[Any, Any] = {}
    for column_name, values in self.arrays.items():
        operand = other[column_name] if isinstance(other, dict) else other
        made[column_name] = getattr(values, name)(operand)
    return DataFrame.of(made)


def _operator(name: str) -> Callable[[DataFrame, Any], Any]:
    return lambda self, other: _arithmetic(self, other, name)


for _name in ["add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "gt", "lt", "ge", "le"]:
    setattr(DataFrame, f"__{_name}__", _operator(f"__{_name}__"))


def _reduction(name: str, numeric: Callable[[Any], Any]) -> Callable[..., Any]:
    def reduction(self: DataFrame, *args: Any, **kwargs: Any) -> Any:
        chosen = {n: v for n, v in self.arrays.items() if v.dtype.kind in "fiub"}
        if (
            args
            or kwargs.get("axis")
            or (len(chosen) < len(self.arrays) and not kwargs.get("numeric_only"))
            or not len(self)
        ):
            return Unknown(name)
        return Series([numeric(v) for v in chosen.values()], index=list(chosen))

    return reduction


for _name, _function in {**REDUCTIONS, "sum": lambda a: a.sum()}.items():
    setattr(DataFrame, _name, _reduction(_name, _function))
