"""Layers that behave otherwise in training than in use: a model that is judged in the mode for training, and a dropout
that does not know the mode."""

from __future__ import annotations

import os
from types import FrameType
from typing import Any

import torch
import torch.nn.functional as F

from shapewright.worker.failures import Reporter
from shapewright.worker.silent.origin import ancestors, node_of
from shapewright.worker.state import State

_T = torch.Tensor
_TORCH = os.path.dirname(torch.__file__)
_DROPOUTS = (F.dropout, F.dropout1d, F.dropout2d, F.dropout3d, F.alpha_dropout)
_NAMES = frozenset({*(f.__name__ for f in _DROPOUTS), "batch_norm"})
_JUDGES = (
    _T.__eq__, _T.eq, torch.eq, F.cross_entropy, F.nll_loss, F.mse_loss, F.l1_loss, F.binary_cross_entropy,
    F.binary_cross_entropy_with_logits,
)  # fmt: skip


def patches(state: State) -> list[tuple[Any, str, Any]]:
    """Whether the program knows of the modes at all."""
    plain = torch.nn.Module.train

    def train(self: torch.nn.Module, mode: bool = True) -> torch.nn.Module:
        state.evaluates = state.evaluates or not mode
        return plain(self, mode)

    return [(torch.nn.Module, "train", train)]


def _owner(frame: FrameType | None) -> torch.nn.Module | None:
    """The module in whose method a function of torch was called."""
    while frame is not None and frame.f_code.co_filename.startswith(_TORCH) and "self" not in frame.f_locals:
        frame = frame.f_back
    owner = frame.f_locals.get("self") if frame is not None else None
    return owner if isinstance(owner, torch.nn.Module) else None


def _dropout(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """A dropout that drops in a module that is not in training; whether that was asked for, its rule looks up."""
    owner = _owner(frame)
    probability = args[1] if len(args) > 1 else kwargs.get("p", 0.5)
    training = args[2] if len(args) > 2 else kwargs.get("training", True)
    if owner is None or not tensors or not probability or training is not True:
        return
    if not owner.training:
        operands = [("input", tensors[0])]
        reporter.silent("dropout-in-eval", f"torch.nn.functional.{func.__name__}", "", operands, frame)
    elif type(owner).__module__.startswith("torch.nn") and not torch.is_grad_enabled():
        _remember(owner, tensors[0], reporter, frame)


def _norm(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    owner = _owner(frame)
    if torch.is_grad_enabled() or not isinstance(owner, torch.nn.modules.batchnorm._BatchNorm):
        return
    if owner.training and owner.track_running_stats:
        _remember(owner, tensors[0], reporter, frame)


def _remember(layer: torch.nn.Module, given: _T, reporter: Reporter, frame: FrameType) -> None:
    """The call of the outermost model around a layer, without gradients and in the mode for training."""
    state, node = reporter.state, node_of(given)
    if state.evaluates or not state.steps or state.probing or node is None:
        return
    model, outer, step = layer, frame, frame.f_back
    while step is not None:
        found = step.f_locals.get("self") if step.f_code.co_name == "forward" else None
        if isinstance(found, torch.nn.Module):
            model, outer = found, step
        step = step.f_back
    caller = state.places.nearest(outer.f_back)
    if caller is None:
        return
    place = reporter.place(caller)
    if place not in state.untold:
        facts = {"layer": type(layer).__name__, "class": type(model).__name__}
        name = f"torch.nn.{type(layer).__name__}"
        held = reporter.silent("eval-forgotten", name, "", [], caller, facts=facts, hold=True)
        if held is None:
            return
        state.untold[place] = held
    state.in_training[node] = place, model


def _judged(func: Any, args: Any, kwargs: Any, tensors: list[_T], reporter: Reporter, frame: FrameType) -> None:
    """What such a call gave is compared with something."""
    state = reporter.state
    if not state.in_training or not tensors:
        return
    node = node_of(tensors[0])
    for step in ancestors(node) if node is not None else ():
        if step.op in _NAMES and step.parents and step.parents[0] in state.in_training:
            place, model = state.in_training[step.parents[0]]
            state.judged[place] = state.steps, model
            return


def forgotten(state: State, optimized: set[int]) -> None:
    """Report the calls after which nothing was trained any more, in a program that never calls `eval`."""
    if state.evaluates:
        return
    for place, (steps, model) in state.judged.items():
        if steps == state.steps and any(id(p) in optimized for p in model.parameters()):
            state.failures.append(state.untold[place])


LOOKS = {
    **dict.fromkeys(_DROPOUTS, _dropout),
    F.batch_norm: _norm,
    **dict.fromkeys(_JUDGES, _judged),
}
