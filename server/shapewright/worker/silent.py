"""Mistakes that PyTorch lets pass: what a call does without raising, though hardly anybody means it."""

from __future__ import annotations

import sys
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.info import info_of, is_soft, no_dispatch

_LOSSES = {F.mse_loss: "mse_loss", F.l1_loss: "l1_loss", F.smooth_l1_loss: "smooth_l1_loss", F.huber_loss: "huber_loss"}


def look(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], reporter: Reporter) -> None:
    """Report what is silently wrong with a call that passed."""
    name = _LOSSES.get(func)
    if name is None or len(tensors) < 2:
        return
    first, second = tensors[:2]
    with no_dispatch():
        same = first.shape == second.shape
        shapes = tuple(first.shape), tuple(second.shape)
    if same or any(is_soft(t) or ((i := info_of(t)) is not None and i.mended) for t in (first, second)):
        return
    message = (
        f"Using a target size ({torch.Size(shapes[1])}) that is different to the input size ({torch.Size(shapes[0])}). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size."
    )
    reporter.silent(
        "loss-broadcast",
        f"torch.nn.functional.{name}",
        message,
        [("input", first), ("target", second)],
        sys._getframe(2),
    )
