"""Indexing with numbers that are tensors, or that nobody knows."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.answers.table import PASS, answers, outside
from shapewright.worker.info import ensure_info, known_values, no_dispatch, sample_values, set_known
from shapewright.worker.unknown import MAGIC, SoftInt

_T = torch.Tensor


@answers(_T.__getitem__)
def _getitem(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """Bounds that are tensors become numbers; where a number is unknown, the size of that dimension is a guess."""
    tensor, index = args[0], args[1]
    parts = index if isinstance(index, tuple) else (index,)
    if not any(_is_odd(part) for part in parts):
        return PASS
    resolved = [_resolved(part) for part in parts]
    plain, sure = tuple(part for part, _ in resolved), all(known for _, known in resolved)
    try:
        with no_dispatch():
            result = func(tensor, plain if isinstance(index, tuple) else plain[0])
    except Exception as error:
        return tracer.failed(func, (tensor, plain), {}, [tensor], error, soft=not sure)
    values = sample_values(tensor)
    if not sure:
        ensure_info(result).soft = True
    elif values is not None and not any(type(p) is SoftInt or _is_soft_slice(p) for p in parts):
        bounds = [b for p in parts if isinstance(p, slice) for b in (p.start, p.stop, p.step) if isinstance(b, _T)]
        drawn = any(known_values(t) is None for t in (tensor, *bounds))
        set_known(result, outside(lambda: values[plain].clone()), drawn)
    return result


def _is_odd(part: Any) -> bool:
    if type(part) is SoftInt:
        return True
    return isinstance(part, slice) and any(
        isinstance(v, _T) or type(v) is SoftInt for v in (part.start, part.stop, part.step)
    )


def _is_soft_slice(part: Any) -> bool:
    return isinstance(part, slice) and any(type(v) is SoftInt for v in (part.start, part.stop))


def _resolved(part: Any) -> tuple[Any, bool]:
    """The part with numbers in it, and whether the shape of the result is sure. One element is taken away whatever its
    number is, and `x[i : i + 8]` has eight elements wherever it begins."""
    if type(part) is SoftInt:
        return 0, True
    if not isinstance(part, slice):
        return part, True
    if type(part.start) is SoftInt and type(part.stop) is SoftInt and part.step is None:
        length = int(part.stop) - int(part.start)
        return (slice(0, length), True) if 0 <= length < MAGIC else (slice(None), False)
    bounds: list[Any] = []
    for bound in (part.start, part.stop, part.step):
        if type(bound) is SoftInt:
            return slice(None), False
        if isinstance(bound, _T):
            values = sample_values(bound)
            if values is None or values.numel() != 1:
                return slice(None), False
            bound = outside(lambda values=values: int(values))
        bounds.append(bound)
    return slice(*bounds), True
