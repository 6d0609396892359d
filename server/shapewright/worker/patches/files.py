"""What is saved, loaded and compiled: nothing is written, and results stay as they are."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.variable import VariableMeta

from shapewright.worker.constructors import Constructors, variable
from shapewright.worker.stand_ins.checkpoints import is_unseen
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown


def patches(state: State) -> list[tuple[Any, str, Any]]:
    """Around `torch.save`, `load`, `compile` and `torch.jit`."""

    def key(file: Any) -> Any:
        return file if isinstance(file, str) else str(file) if hasattr(file, "__fspath__") else id(file)

    def save(obj: Any, f: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing is written; what was saved is there for a `load` of the same place in this run."""
        state.saved[key(f)] = (obj, f)

    def load(f: Any, *args: Any, **kwargs: Any) -> Any:
        found = state.saved.get(key(f))
        return found[0] if found is not None else Unknown("checkpoint")

    plain = torch.nn.Module.load_state_dict

    def load_state_dict(self: torch.nn.Module, state_dict: Any, *args: Any, **kwargs: Any) -> Any:
        return Unknown() if is_unseen(state_dict) else plain(self, state_dict, *args, **kwargs)

    optimizer = torch.optim.Optimizer

    def load_optimizer(self: Any, state_dict: Any) -> None:
        return None

    return [
        (torch, "from_numpy", Constructors(state).from_numpy),
        (VariableMeta, "__call__", variable),
        (torch, "save", save),
        (torch, "load", load),
        (torch.nn.Module, "load_state_dict", load_state_dict),
        (optimizer, "load_state_dict", load_optimizer),
        (torch, "compile", _compile),
        (torch.jit, "script", _compiled),
        (torch.jit, "save", save),
        (torch.jit, "load", load),
        (torch.jit, "trace", _compiled),
        (torch, "set_num_threads", lambda n: None),
    ]


def _compiled(obj: Any, *args: Any, **kwargs: Any) -> Any:
    """A scripted or traced module computes what the module computes; it can be saved, and shown as text."""
    if isinstance(obj, torch.nn.Module):
        for name in ("save", "graph", "code", "graph_for"):
            if not hasattr(obj, name):
                object.__setattr__(obj, name, Unknown(name))
    return obj


def _compile(model: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.compile` leaves results as they are, so the model stays itself."""
    return model if model is not None else lambda m: m
