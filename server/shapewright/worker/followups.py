"""What follows from a failure that was reported already, and is no mistake of its own."""

from __future__ import annotations

import torch

from shapewright.worker.info import GUESSED, ensure_info, info_of, no_dispatch


def is_followup(cause: str, tensors: list[torch.Tensor]) -> bool:
    """Whether a failure about shapes says nothing new.

    An operand comes out of a call whose mended shape is a guess, and no layer's weight says what it must be:
    against a weight
    the size that counts is one that a layer before declared.
    """
    if cause != "shape":
        return False
    mended = any((i := info_of(t)) is not None and i.mended == GUESSED for t in tensors)
    return mended and not any(isinstance(t, torch.nn.Parameter) for t in tensors)


def hangs_on_a_repair(tensors: list[torch.Tensor]) -> bool:
    """Whether a failure of a run on invented inputs may be the first one met again: its operands come out of a call
    that was answered by a guess, or out of a repaired layer and meet no weight."""
    given = [t for t in tensors if not isinstance(t, torch.nn.Parameter)]
    mended = max((i.mended for t in given if (i := info_of(t)) is not None), default=0)
    return mended == GUESSED or (mended > 0 and len(given) == len(tensors))


def settle(cause: str, tensors: list[torch.Tensor]) -> None:
    """Make the operands such that the same fault is not found again further on.

    Values that were out of range are forgotten; a tensor on the wrong device is moved to where the layer is, or
    else the GPU.
    """
    if cause == "value":
        for tensor in tensors:
            info = info_of(tensor)
            if info is not None and not isinstance(tensor, torch.nn.Parameter):
                info.known = None
    elif cause == "device":
        with no_dispatch():
            sized = [t for t in tensors if t.dim() > 0]
        weights = [t for t in sized if isinstance(t, torch.nn.Parameter)]
        tags = [info.device if (info := info_of(t)) is not None else None for t in weights or sized]
        target = tags[0] if weights else next((tag for tag in tags if tag is not None), None)
        for tensor in sized:
            if not isinstance(tensor, torch.nn.Parameter):
                ensure_info(tensor).device = target


def is_of_nothing(args: tuple[object, ...], tensors: list[torch.Tensor]) -> bool:
    """Whether a call is given nothing: an empty list, or a tensor that has no elements."""
    if not tensors:
        return any(isinstance(a, (list, tuple)) and not a for a in args)
    with no_dispatch():
        return any(0 in t.shape for t in tensors)
