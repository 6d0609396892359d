"""The fake tensors' own implementation, whose calls are no calls of the user's."""

from __future__ import annotations

import os
from types import CodeType

import torch

_MACHINERY = tuple(
    os.path.join(os.path.dirname(torch.__file__), name)
    for name in (
        "_subclasses",
        "_prims",
        "_refs",
        "_decomp",
        "_meta_reg",
        "_ops",
        "_tensor_str",
        "fx",
        "_dispatch",
        "_library",
        "_guards",
    )
)
_machinery: dict[CodeType, bool] = {}


def inside_machinery(code: CodeType) -> bool:
    """Whether a call comes from the fake tensors' own implementation.

    Constructors that no mode sees reach it with ours active.
    """
    known = _machinery.get(code)
    if known is None:
        known = _machinery[code] = code.co_filename.startswith(_MACHINERY)
    return known
