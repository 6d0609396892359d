"""Mistakes that PyTorch lets pass: what a program does without raising, though nobody means it.

Each is told from how the tensors came to be (`info.Node`), and only where no other reading is left: a warning on a
program that is right costs more than one that is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.failures import Reporter
from shapewright.worker.silent import activations, broadcast, kept, losses, modes, unbatched, upcast
from shapewright.worker.silent.training import review

_LOOKS: dict[Any, list[Callable[..., None]]] = {}
for _looks in (broadcast.LOOKS, losses.LOOKS, activations.LOOKS, kept.LOOKS, modes.LOOKS, upcast.LOOKS):
    for _func, _one in _looks.items():
        _LOOKS.setdefault(_func, []).append(_one)


def look(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], reporter: Reporter) -> None:
    """Report what is silently wrong with a call that passed."""
    for found in _LOOKS.get(func, ()):
        found(func, args, kwargs, tensors, reporter, sys._getframe(2))
    if kwargs and kwargs.get("dtype") is torch.float64:
        upcast.asked(reporter, sys._getframe(2))


__all__ = ["look", "losses", "modes", "review", "unbatched"]
