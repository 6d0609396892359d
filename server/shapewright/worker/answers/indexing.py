"""Indexing with numbers that are tensors, or that nobody knows."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.answers.table import PASS, answers, outside
from shapewright.worker.info import ensure_info, known_values, no_dispatch, set_known
from shapewright.worker.unknown import SoftInt

_T = torch.Tensor


@answers(_T.__getitem__)
def _getitem(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """Bounds that are tensors become numbers; where a number is unknown, the size of that dimension is a guess."""
    tensor, index = args[0], args[1]
    parts = index if isinstance(index, tuple) else (index,)
    if not any(_is_odd(part) for part in parts):
        return PASS
    resolved = tuple(_resolved(part) for part in parts)
    guessed = any(part is None and old is not None for part, old in zip(resolved, parts, strict=True))
    plain = tuple(
        (0 if type(old) is SoftInt else slice(None)) if part is None and old is not None else part
        for part, old in zip(resolved, parts, strict=True)
    )
    try:
        with no_dispatch():
            result = func(tensor, plain if isinstance(index, tuple) else plain[0])
    except Exception as error:
        return tracer.failed(func, (tensor, plain), {}, [tensor], error, soft=guessed)
    known = known_values(tensor)
    if guessed:
        ensure_info(result).soft = True
    elif known is not None:
        set_known(result, outside(lambda: known[plain].clone()))
    return result


def _is_odd(part: Any) -> bool:
    if type(part) is SoftInt:
        return True
    return isinstance(part, slice) and any(
        isinstance(v, _T) or type(v) is SoftInt for v in (part.start, part.stop, part.step)
    )


def _resolved(part: Any) -> Any:
    """The part with numbers in it; None where one is unknown."""
    if type(part) is SoftInt:
        return None
    if not isinstance(part, slice):
        return part
    bounds: list[Any] = []
    for bound in (part.start, part.stop, part.step):
        if type(bound) is SoftInt:
            return None
        if isinstance(bound, _T):
            known = known_values(bound)
            if known is None or known.numel() != 1:
                return None
            bound = outside(lambda known=known: int(known))
        bounds.append(bound)
    return slice(*bounds)
