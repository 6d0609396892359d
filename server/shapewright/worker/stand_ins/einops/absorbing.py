"""einops where it is installed: a tensor that nobody knows is no unknown kind of tensor."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from shapewright.worker.stand_ins.kit import Unknown, is_unknown

_FUNCTIONS = ("rearrange", "reduce", "repeat", "einsum", "parse_shape", "pack", "unpack")


def _holds_unknown(value: Any) -> bool:
    return is_unknown(value) or (isinstance(value, (list, tuple)) and any(is_unknown(item) for item in value))


def _absorbing(function: Callable[..., Any], answer: Callable[[], Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if any(map(_holds_unknown, (*args, *kwargs.values()))):
            return answer()
        return function(*args, **kwargs)

    return called


def _functions(module: Any) -> None:
    for name in _FUNCTIONS:
        plain = vars(module).get(name)
        if plain is not None and plain.__module__ == module.__name__:
            setattr(module, name, _absorbing(plain, _pair if name == "pack" else Unknown))


def _pair() -> Any:
    return Unknown("packed"), Unknown("shapes")


def _layers(module: Any) -> None:
    for name in ("Rearrange", "Reduce"):
        layer = getattr(module, name)
        layer.forward = _absorbing(layer.forward, Unknown)


AFTER: dict[str, Callable[[Any], None]] = {
    "einops.einops": _functions,
    "einops.packing": _functions,
    "einops.layers.torch": _layers,
}
