"""Optimizers, loaders, scalers: a step changes values only, and batches are bounded."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
import torch.utils.data

from shapewright.worker.batches import iterator
from shapewright.worker.state import State


def patches(state: State) -> list[tuple[Any, str, Any]]:
    """Around optimizers, `DataLoader`, `DataParallel` and gradient scalers."""

    def step(self: torch.optim.Optimizer, closure: Any = None, **kwargs: Any) -> Any:
        """The step changes values only; a closure is run, since it holds a forward pass."""
        state.training_events += 1
        state.steps += 1
        if closure is not None:
            with torch.enable_grad():
                return closure()
        return None

    step.hooked = True  # type: ignore[attr-defined]  # else Optimizer wraps it, and the class would stay changed
    classes = [
        c
        for c in vars(torch.optim).values()
        if isinstance(c, type) and issubclass(c, torch.optim.Optimizer) and c is not torch.optim.Optimizer
    ]

    def closing(self: torch.optim.Optimizer, closure: Any, **kwargs: Any) -> Any:
        """Of the optimizers that need a closure."""
        return step(self, closure, **kwargs)

    def refusing(cls: type) -> Any:
        closing.__qualname__ = f"{cls.__name__}.step"
        closing.hooked = True  # type: ignore[attr-defined]  # PyTorch's own mark, which it sets on functions
        return closing

    plain_group = torch.optim.Optimizer.add_param_group

    def add_param_group(self: torch.optim.Optimizer, param_group: dict[str, Any]) -> None:
        plain_group(self, param_group)
        if not any(known is self for known in state.optimizers):
            state.optimizers.append(self)

    required = inspect.Parameter.empty
    demanding = [c for c in classes if inspect.signature(c.step).parameters["closure"].default is required]
    patches: list[tuple[Any, str, Any]] = [(c, "step", refusing(c) if c in demanding else step) for c in classes]
    patches.append((torch.optim.Optimizer, "add_param_group", add_param_group))

    def forward(self: torch.nn.DataParallel[Any], *inputs: Any, **kwargs: Any) -> Any:
        """One replica does it all, on the first of the logical GPUs, where the inputs are brought."""
        device = getattr(self, "src_device_obj", None) if self.device_ids else None
        if device is not None:
            inputs, kwargs = pytree.tree_map_only(torch.Tensor, lambda t: t.to(device), (inputs, kwargs))
        return self.module(*inputs, **kwargs)

    patches.append((torch.nn.DataParallel, "forward", forward))

    def iterate(self: Any) -> Iterator[Any]:
        return iterator(self, state)

    patches.append((torch.utils.data.DataLoader, "__iter__", iterate))
    for scaler in {torch.amp.GradScaler, getattr(torch.cuda.amp, "GradScaler", torch.amp.GradScaler)}:
        patches += [
            (scaler, "scale", lambda self, outputs: outputs),
            (scaler, "unscale_", lambda self, optimizer: None),
            (scaler, "step", lambda self, optimizer, *a, **k: optimizer.step()),
            (scaler, "update", lambda self, *a, **k: None),
            (scaler, "get_scale", lambda self: 65536.0),
        ]
    return patches
