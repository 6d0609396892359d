"""The table of answers, and what every answer needs.

An answer takes `(tracer, func, args, kwargs)` and returns the result, or PASS to let the fake do it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker.info import no_dispatch
from shapewright.worker.unknown import MAGIC, SoftInt

PASS = object()

Answer = Callable[[Any, Any, Any, Any], Any]
TABLE: dict[Any, Answer] = {}
"""From a function of torch to its answer."""


def answers(*functions: Any) -> Callable[[Answer], Answer]:
    """Registers the decorated answer for these functions."""

    def register(answer: Answer) -> Answer:
        for function in functions:
            TABLE[function] = answer
        return answer

    return register


def outside(function: Callable[[], Any]) -> Any:
    """The value of `function` on real tensors, outside of every mode."""
    with no_dispatch(), _disable_current_modes():
        try:
            return function()
        except Exception as error:
            error.__sw_foreign__ = True  # type: ignore[attr-defined]  # PyTorch's own refusal, raised below our code
            raise


def placeholder(dtype: torch.dtype) -> Any:
    """A Python number of which only the type is sure."""
    if dtype == torch.bool:
        return True
    if dtype.is_complex:
        return 0.5 + 0j
    return 0.5 if dtype.is_floating_point else SoftInt(MAGIC)
