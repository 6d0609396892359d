"""Built-in functions that take Unknown and soft numbers, put in the place of Python's own in workspace files only."""

from __future__ import annotations

import builtins
from typing import Any

from shapewright.worker.unknown import MAGIC, SoftInt, Unknown, is_part
from shapewright.worker.unsized import is_unsized, mark

ROUNDS = 3
"""How often a loop over a range of unknown length goes round."""


def _len(value: Any) -> Any:
    if type(value) is not Unknown:
        return SoftInt(MAGIC) if is_unsized(value) else builtins.len(value)
    facts = value._sw_facts
    size = facts.shape[0] if facts is not None and facts.shape else None
    return SoftInt(MAGIC) if size is None else size


def _print(*values: Any, **options: Any) -> None:
    """Nothing is printed; the values were evaluated already."""


def _input(prompt: Any = "") -> Any:
    return Unknown("input")


def _int(*args: Any, **kwargs: Any) -> Any:
    if args and type(args[0]) in (Unknown, SoftInt):
        return SoftInt(MAGIC) if type(args[0]) is Unknown else args[0]
    if len(args) == 1 and type(args[0]) is builtins.float and is_part(args[0]):
        return SoftInt(MAGIC)
    if len(args) == 1 and hasattr(type(args[0]), "__torch_function__"):
        return args[0].__int__()  # `int` would make a plain number of a soft one
    return builtins.int(*args, **kwargs)


def _float(*args: Any) -> Any:
    return Unknown() if args and type(args[0]) is Unknown else builtins.float(*args)


def _range(*args: Any) -> Any:
    if any(type(a) in (Unknown, SoftInt) for a in args):
        start = args[0] if len(args) > 1 and type(args[0]) is builtins.int else 0
        return mark(builtins.range(start, start + ROUNDS))
    return builtins.range(*args)


def _isinstance(value: Any, kinds: Any) -> Any:
    """A class of a package that is missing has no instances here."""
    known = _known_classes(kinds)
    return builtins.isinstance(value, kinds if known is None else known)


def _issubclass(value: Any, kinds: Any) -> Any:
    known = _known_classes(kinds)
    return False if type(value) is Unknown else builtins.issubclass(value, kinds if known is None else known)


def _known_classes(kinds: Any) -> tuple[Any, ...] | None:
    """The classes that are known, where some are not."""
    if type(kinds) is Unknown:
        return ()
    if type(kinds) is tuple and any(type(kind) in (Unknown, tuple) for kind in kinds):
        parts = [_known_classes(kind) for kind in kinds]
        return tuple(k for kind, part in zip(kinds, parts, strict=True) for k in ((kind,) if part is None else part))
    return None


def _over(function: Any) -> Any:
    """A function that gives the items of its arguments: as many as nobody knows where that is so of an argument."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        unsure = any(type(a) is Unknown or is_unsized(a) for a in args)
        return mark(function(*args, **kwargs)) if unsure else function(*args, **kwargs)

    return wrapped


def _list(*args: Any) -> Any:
    return Unknown() if args and type(args[0]) is Unknown else _over(list)(*args)


def _over_unknown(function: Any) -> Any:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return Unknown() if any(type(a) is Unknown for a in args) else function(*args, **kwargs)

    return wrapped


BUILTINS: dict[str, Any] = {
    "len": _len,
    "print": _print,
    "input": _input,
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    **{name: _over_unknown(getattr(builtins, name)) for name in ("min", "max", "sum", "sorted", "round", "abs")},
}
"""Functions. `int`, `float`, `range` and `list` are types, which user code compares with and inherits from: calls of
them are rewritten instead (`CALLS`)."""

CALLS: dict[str, Any] = {
    "int": _int,
    "float": _float,
    "range": _range,
    "list": _list,
    "zip": _over(zip),
    "enumerate": _over(enumerate),
}
