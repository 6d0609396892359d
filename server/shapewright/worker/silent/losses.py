"""Losses over scores or probabilities that are given the other of the two."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.info import info_of, no_dispatch
from shapewright.worker.silent.origin import LAYERS, is_certain, maker, node_of

_WRONG: dict[Any, tuple[str, frozenset[str]]] = {
    F.cross_entropy: ("softmax-before-cross-entropy", frozenset({"softmax", "sigmoid"})),
    F.nll_loss: ("nll-loss-input", LAYERS | {"softmax", "relu", "sigmoid"}),
    F.binary_cross_entropy_with_logits: ("sigmoid-before-logits-loss", frozenset({"sigmoid"})),
}
_ENOUGH = 16
"""So many values of a layer that all lie between 0 and 1 by chance do not exist."""


def _given(
    func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], reporter: Reporter, frame: FrameType
) -> None:
    given = args[0] if args else kwargs.get("input")
    made = maker(node_of(given))
    kind, wrong = _WRONG[func]
    if made is not None and made.op == "sigmoid" and func is F.cross_entropy and not _of_classes(args, kwargs):
        return
    if made is not None and made.op in wrong and is_certain(given):
        reporter.silent(
            kind, f"torch.nn.functional.{func.__name__}", "", [("input", given)], frame, facts={"made": made.op}
        )


def _of_classes(args: Any, kwargs: Any) -> bool:
    """Whether the target is one class for each row: then the scores of a row compete, and a sigmoid flattens them."""
    target = args[1] if len(args) > 1 else kwargs.get("target")
    return isinstance(target, torch.Tensor) and not target.is_floating_point()


def refused(func: Any, args: Any, kwargs: Any) -> Exception | None:
    """What PyTorch raises for probabilities that are the bare scores of a layer, though no value is known."""
    if func is not F.binary_cross_entropy:
        return None
    given = args[0] if args else kwargs.get("input")
    made = maker(node_of(given))
    if made is None or made.op not in LAYERS or not is_certain(given):
        return None
    info = info_of(given)
    with no_dispatch():
        if given.numel() < _ENOUGH or (info is not None and info.known is not None):
            return None
    return RuntimeError("all elements of input should be between 0 and 1")


LOOKS = dict.fromkeys(_WRONG, _given)
