"""Assignment by index."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._pytree as pytree

from shapewright.worker.answers.autograd import raises_with_autograd
from shapewright.worker.answers.table import PASS, answers
from shapewright.worker.info import is_soft, known_values, no_dispatch, set_known
from shapewright.worker.oracle import MATERIAL, replay

_T = torch.Tensor


@answers(_T.__setitem__)
def _setitem(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """Assignment by index: values stay known where all of them are; a mask on the left never changes a shape."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, _T)]
    before = known_values(args[0])
    with no_dispatch():
        small = sum(t.numel() for t in tensors) <= MATERIAL
    if not small:
        return PASS
    changed: list[torch.Tensor] = []

    def assign(target: torch.Tensor, *rest: Any) -> None:
        func(target, *rest)
        changed.append(target)

    verdict = replay(assign, args, kwargs)
    if verdict.error is not None:
        if any(is_soft(t) for t in tensors) or (
            isinstance(args[1], _T) and known_values(args[1]) is None and isinstance(args[2], _T)
        ):
            return None
        tracer.failed(func, args, kwargs, tensors, verdict.error, confirmed=True)
        return None
    try:
        with no_dispatch():
            func(*args, **kwargs)
    except Exception as error:
        if raises_with_autograd(func, args, kwargs, tensors):
            tracer.failed(func, args, kwargs, tensors, error)
        return None
    if before is not None and all(known_values(t) is not None for t in tensors[1:]) and changed:
        set_known(args[0], changed[0])
    return None
