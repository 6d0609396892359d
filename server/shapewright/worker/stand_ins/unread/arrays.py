"""NumPy arrays that were not read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from shapewright.worker.info import info_of, is_soft, no_dispatch
from shapewright.worker.stand_ins.unread.facts import NUMBER, Facts, Shape, Size, given, joined, shown
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown
from shapewright.worker.unsized import is_unsized


def facts_of(value: Any) -> Facts | None:
    """What is known of a value that was not read; None of any other."""
    return object.__getattribute__(value, "_sw_facts") if type(value) is Unknown else None


def dtype_name(dtype: Any) -> str | None:
    """NumPy's name of a dtype as programs write it; None of one that nobody knows."""
    if dtype is float:
        return "float64"
    if dtype is int:
        return "int64"
    if type(dtype) is Unknown:
        return None
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", None) or getattr(dtype, "name", None)
    name = {"float": "float64", "int": "int64", "double": "float64", "single": "float32", "long": "int64"}.get(
        str(name), str(name)
    )
    return name if name.startswith(("float", "int", "uint", "bool")) else None


def _sliced(size: Size, key: slice) -> Size:
    parts = (key.start, key.stop, key.step)
    if parts == (None, None, None):
        return size
    if type(key.start) is type(key.stop) is SoftInt and key.step is None and 0 < key.start < key.stop < MAGIC:
        return int(key.stop) - int(key.start)  # `i:i + 10`, of a loop over as many as nobody knows
    if any(part is not None and (type(part) is not int or (part % MAGIC == 0 and part)) for part in parts):
        return None
    if size is not None:
        return len(range(*key.indices(size)))
    if key.start is None or key.stop is None or key.step not in (None, 1) or not 0 <= key.start < key.stop:
        return None
    return key.stop - key.start  # a window, which lies inside


def indexed(shape: Shape, key: Any) -> Shape | None:
    """The shape that basic indexing gives, or indexing with one list; None where it cannot be told."""
    keys = list(key) if isinstance(key, tuple) else [key]
    if any(k is Ellipsis for k in keys):
        at = next(i for i, k in enumerate(keys) if k is Ellipsis)
        named = sum(k is not None for k in keys) - 1
        keys[at : at + 1] = [slice(None)] * (len(shape) - named)
    if sum(k is not None for k in keys) > len(shape):
        return None
    made: list[Size] = []
    left = list(shape)
    listed = 0
    for k in keys:
        if k is None:
            made.append(1)
            continue
        size = left.pop(0)
        if isinstance(k, slice):
            made.append(_sliced(size, k))
        elif isinstance(k, bool):
            return None
        elif isinstance(k, int):
            pass
        elif (facts := facts_of(k)) is not None and len(facts) < 2:
            made += facts.shape
            listed += len(facts)
        elif isinstance(k, (list, range)) or (hasattr(k, "ndim") and k.ndim == 1):
            made.append(None if str(getattr(k, "dtype", "")).endswith("bool") else given(len(k)))
            listed += 1
        else:
            return None
    return tuple(made + left) if listed < 2 else None


def reshaped(shape: Shape, sizes: tuple[Any, ...]) -> Shape | None:
    """The shape that `reshape` gives."""
    sizes = tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
    if any(not isinstance(size, int) and type(size) is not Unknown for size in sizes):
        return None
    wanted: list[Size] = [given(size) for size in sizes]
    if -1 in wanted:
        at, rest = wanted.index(-1), [s for i, s in enumerate(wanted) if i != wanted.index(-1)]
        wanted[at] = None
        if None not in rest and None not in shape:
            total, part = math.prod(s or 0 for s in shape), math.prod(s or 0 for s in rest)
            wanted[at] = total // part if part and total % part == 0 else None
    return tuple(wanted)


def _met(first: Shape, second: Shape) -> Shape:
    """The shape of an elementwise result."""
    rank = max(len(first), len(second))
    padded = [(1,) * (rank - len(s)) + s for s in (first, second)]
    return tuple(b if a == 1 else a if b == 1 or a is not None else b for a, b in zip(*padded, strict=True))


@dataclass(frozen=True)
class Array(Facts):
    """A NumPy array."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """Of its methods, those that programs use between reading and a tensor."""
        if name == "shape":
            return tuple(shown(size) for size in self.shape)
        if name == "ndim":
            return len(self)
        if name == "T":
            return replace(self, shape=self.shape[::-1]).unknown()
        method = _METHODS.get(name)
        return NotImplemented if method is None else lambda *args, **kwargs: _told(method(self, *args, **kwargs))

    def item(self, owner: Unknown, key: Any) -> Any:
        """Basic indexing."""
        shape = indexed(self.shape, key)
        return NotImplemented if shape is None else replace(self, shape=shape).unknown()

    def items(self) -> Iterator[Any]:
        """Its rows: one stands for all."""
        yield replace(self, shape=self.shape[1:]).unknown() if self.shape else Unknown("item")

    def computed(self, other: Any) -> Any:
        """Elementwise arithmetic."""
        facts = facts_of(other)
        if isinstance(other, (int, float)) and not isinstance(other, SoftInt):
            dtype = "float64" if self.dtype == NUMBER and isinstance(other, float) else self.dtype
            return replace(self, dtype=dtype if dtype != "int64" else NUMBER).unknown()
        if not isinstance(facts, Array):
            return NotImplemented
        return replace(self, shape=_met(self.shape, facts.shape), dtype=joined(self.dtype, facts.dtype)).unknown()

    def compared(self, other: Any) -> Any:
        """A mask."""
        plain = isinstance(other, (int, float, str)) or other is None
        return replace(self, dtype="bool").unknown() if plain or facts_of(other) is not None else NotImplemented


@dataclass(frozen=True)
class Text(Facts):
    """What `np.loadtxt` gives: two dimensions, or one where the file has a single row or column. An index for two says
    that there are two."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """Another dtype."""
        if name == "astype":
            return lambda dtype=None, *args, **kwargs: replace(self, dtype=dtype_name(dtype)).unknown()
        return NotImplemented

    def item(self, owner: Unknown, key: Any) -> Any:
        """Rows and columns, or rows."""
        if isinstance(key, tuple) and len(key) == 2 and None not in key and Ellipsis not in key:
            return Array(self.shape, self.dtype).item(owner, key)
        return self.unknown() if isinstance(key, slice) else NotImplemented


def loading(plain: Callable[..., Any]) -> Callable[..., Any]:
    """`np.loadtxt`, `np.genfromtxt`: where the file is not there, its dtype is known."""

    def load(*args: Any, **kwargs: Any) -> Any:
        dtype, options = kwargs.get("dtype", args[1] if len(args) > 1 else float), {"unpack", "names", "ndmin"}
        try:
            return plain(*args, **kwargs)
        except OSError:
            known = dtype_name(dtype)
            return Unknown("array") if options & kwargs.keys() or known is None else Text((None, None), known).unknown()

    load.__name__ = plain.__name__
    return load


def _told(facts: Facts | None) -> Unknown:
    return Unknown("array") if facts is None else facts.unknown()


def _astype(array: Array, dtype: Any = None, *args: Any, **kwargs: Any) -> Array:
    return replace(array, dtype=dtype_name(dtype))


def _reshape(array: Array, *sizes: Any, **kwargs: Any) -> Array | None:
    shape = reshaped(array.shape, sizes) if not kwargs else None
    return None if shape is None else replace(array, shape=shape)


def _flat(array: Array, *args: Any, **kwargs: Any) -> Array:
    size = None if None in array.shape else math.prod(s or 0 for s in array.shape)
    return replace(array, shape=(size,))


def _transposed(array: Array, *axes: Any) -> Array | None:
    axes = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes
    if not axes:
        return replace(array, shape=array.shape[::-1])
    if sorted(a if isinstance(a, int) else -1 for a in axes) != list(range(len(array))):
        return None
    return replace(array, shape=tuple(array.shape[a] for a in axes))


def _reduced(array: Array, axis: Any = None, *args: Any, keepdims: bool = False, **kwargs: Any) -> Array | None:
    if axis is not None and (not isinstance(axis, int) or not -len(array) <= axis < len(array)):
        return None
    gone = range(len(array)) if axis is None else [axis % len(array)]
    kept = tuple(1 if i in gone else s for i, s in enumerate(array.shape) if keepdims or i not in gone)
    return replace(array, shape=kept)


def _averaged(array: Array, *args: Any, **kwargs: Any) -> Array | None:
    made = _reduced(array, *args, **kwargs)
    return made if made is None or array.dtype != NUMBER else replace(made, dtype="float64")


def _squeezed(array: Array, axis: Any = None) -> Array | None:
    """Without an axis the sizes that nobody knows decide."""
    if not isinstance(axis, int) or not -len(array) <= axis < len(array):
        return None if None in array.shape or axis is not None else replace(
            array, shape=tuple(s for s in array.shape if s != 1)
        )  # fmt: skip
    return replace(array, shape=tuple(s for i, s in enumerate(array.shape) if i != axis % len(array)))


def _same(array: Array, *args: Any, **kwargs: Any) -> Array:
    return array


_METHODS: dict[str, Callable[..., Facts | None]] = {
    "astype": _astype, "reshape": _reshape, "flatten": _flat, "ravel": _flat, "copy": _same, "squeeze": _squeezed,
    "transpose": _transposed, "min": _reduced, "max": _reduced, "mean": _averaged, "std": _averaged, "clip": _same,
}  # fmt: skip


def parts(value: Any) -> tuple[Unknown, Unknown]:
    """What a split into training and test samples makes of it."""
    facts = facts_of(value)
    if facts is None or not facts.shape:
        return Unknown("train"), Unknown("test")
    part = replace(facts, shape=(None, *facts.shape[1:]))
    return part.unknown(), part.unknown()


def floats(value: Any, width: Size = None) -> Unknown:
    """A 2-D array of floats, as transformers of scikit-learn give: float32 only if that came in."""
    facts = facts_of(value)
    if facts is None or len(facts) != 2:
        return Array((None, width)).unknown()
    dtype = "float64" if facts.dtype in (NUMBER, "int64", "float64", "bool") else facts.dtype
    return Array((facts.shape[0], facts.shape[1] if width is None else width), dtype).unknown()


# ------------------------------------------------------------------------------------------------- NumPy's functions


def as_array(value: Any) -> Array | None:
    """What `np.array` makes of it: of a list of arrays that were not read nobody knows the length."""
    facts = facts_of(value)
    if facts is not None:
        return None if isinstance(facts, Text) else Array(facts.shape, facts.dtype)
    if isinstance(value, torch.Tensor):
        return of_tensor(value)
    if isinstance(value, list) and value:
        if is_unsized(value) and facts_of(value[0]) is None:
            return _of_rows(value[0])
        parts = [facts_of(item) for item in value]
        first = parts[0]
        if first is not None and all(p is not None and p.shape == first.shape for p in parts):
            return Array((None, *first.shape), first.dtype)
    return None


def of_tensor(tensor: torch.Tensor) -> Array | None:
    """The array of a tensor whose sizes nobody knows: none that NumPy could hold. None of any other tensor."""
    info = info_of(tensor)
    if not is_soft(tensor) or (info is not None and info.soft):
        return None
    with no_dispatch():
        shape = tuple(None if s and s % MAGIC == 0 else int(s) for s in tensor.shape)
        dtype = None if info is not None and info.soft_dtype else str(tensor.dtype).removeprefix("torch.")
    return Array(shape, dtype)


def _of_rows(item: Any) -> Array | None:
    """An array of an unknown number of rows like this one."""
    if type(item) in (int, float, bool):
        return Array((None,), {int: "int64", float: "float64", bool: "bool"}[type(item)])
    if type(item).__name__ == "ndarray" and item.dtype.kind in "fiub":
        return Array((None, *map(int, item.shape)), item.dtype.name)
    return None


def _expanded(value: Any, axis: Any) -> Array | None:
    array = as_array(value)
    if array is None or not isinstance(axis, int):
        return None
    at = axis if axis >= 0 else axis + len(array) + 1
    return replace(array, shape=(*array.shape[:at], 1, *array.shape[at:]))


def _joined(values: Any, axis: Any = 0, **kwargs: Any) -> Array | None:
    parts = [as_array(v) for v in values] if isinstance(values, (list, tuple)) else []
    first = parts[0] if parts else None
    if first is None or not isinstance(axis, int) or not first.shape:
        return None
    shape, dtype = list(first.shape), first.dtype
    for part in parts[1:]:
        if part is None or len(part) != len(first):
            return None
        shape = [a if a == b else None for a, b in zip(shape, part.shape, strict=True)]
        dtype = joined(dtype, part.dtype)
    sizes = [p.shape[axis] for p in parts if p is not None]
    shape[axis] = None if None in sizes else sum(s or 0 for s in sizes)
    return Array(tuple(shape), dtype)


def _on(method: Callable[..., Facts | None]) -> Callable[..., Facts | None]:
    def apply(value: Any, *args: Any, **kwargs: Any) -> Facts | None:
        array = as_array(value)
        return None if array is None else method(array, *args, **kwargs)

    return apply


_FUNCTIONS: dict[str, Callable[..., Facts | None]] = {
    "reshape": _on(_reshape), "transpose": _on(_transposed), "squeeze": _on(_squeezed), "expand_dims": _expanded,
    "concatenate": _joined, "vstack": _joined, "ravel": _on(_flat), "mean": _on(_averaged), "std": _on(_averaged),
    "min": _on(_reduced), "max": _on(_reduced), "copy": _on(_same), "nan_to_num": _on(_same),
}  # fmt: skip


def function(func: Any, args: Any, kwargs: Any) -> Unknown:
    """What a function of NumPy makes of arrays that were not read."""
    known = _FUNCTIONS.get(getattr(func, "__name__", ""))
    try:
        return _told(None if known is None else known(*args, **kwargs))
    except TypeError:  # arguments that it has and we do not
        return Unknown("array")
