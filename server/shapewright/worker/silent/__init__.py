"""Mistakes that PyTorch lets pass: what a program does without raising, though nobody means it.

Each is told from how the tensors came to be (`info.Node`), and only where no other reading is left: a warning on a
program that is right costs more than one that is missed.
"""

from __future__ import annotations

import sys
from typing import Any

import torch

from shapewright.worker.failures import Reporter
from shapewright.worker.silent import broadcast, losses
from shapewright.worker.silent.training import review

_LOOKS = {**broadcast.LOOKS, **losses.LOOKS}


def look(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], reporter: Reporter) -> None:
    """Report what is silently wrong with a call that passed."""
    found = _LOOKS.get(func)
    if found is not None:
        found(func, args, kwargs, tensors, reporter, sys._getframe(2))


__all__ = ["look", "losses", "review"]
