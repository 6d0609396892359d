"""Layers that learn nothing: they get gradients, and no optimizer holds their parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from shapewright import wire
from shapewright.worker.failures import Reporter
from shapewright.worker.info import no_dispatch


def review(reporter: Reporter) -> None:
    """Look back at a script that ran to its end. A layer counts once gradients reached it and optimizers stepped."""
    state = reporter.state
    if not state.stepped or state.converted:
        return
    optimized = {id(p) for o in state.optimizers for group in o.param_groups for p in group["params"]}
    modules = [m for m in list(state.births) if _is_whole(m)]
    for layer in modules:
        if not any(id(p) not in optimized and _has_gradient(p) for p in layer._parameters.values()):
            continue
        if any(id(p) in optimized for p in layer.parameters()):
            continue
        for root in modules:
            if not any(id(p) in optimized for p in root.parameters()):
                continue
            held = next((name for name, items in _containers(root) if any(item is layer for item in items)), None)
            if held is not None and not any(m is layer for m in root.modules()):
                _report(reporter, "unregistered-layers", layer, {"attribute": held, "class": type(root).__name__})
                break
            if any(m is layer for m in root.modules()) and _lost(root, modules, state.optimizers):
                _report(reporter, "optimizer-too-early", layer, {"class": type(root).__name__})
                break


def _is_whole(module: torch.nn.Module) -> bool:
    return "_parameters" in vars(module) and "_modules" in vars(module)


def _has_gradient(parameter: Any) -> bool:
    with no_dispatch():
        return isinstance(parameter, torch.Tensor) and parameter.requires_grad and parameter.grad is not None


def _containers(root: torch.nn.Module) -> Iterator[tuple[str, list[Any]]]:
    """Plain lists and dicts of layers. One alone in a list is a way to hide it on purpose."""
    for name, value in vars(root).items():
        if name.startswith("_") and name in ("_modules", "_parameters", "_buffers"):
            continue
        items: list[Any] = list(value.values()) if isinstance(value, dict) else []
        items = list(value) if isinstance(value, (list, tuple)) else items
        layers = [item for item in items if isinstance(item, torch.nn.Module)]
        if len(layers) > 1:
            yield name, [part for item in layers if _is_whole(item) for part in item.modules()]


def _lost(root: torch.nn.Module, modules: list[torch.nn.Module], optimizers: list[Any]) -> bool:
    """Whether an optimizer of `root` holds a parameter that no model has any more, and that never got a gradient."""
    own = {id(p) for p in root.parameters()}
    kept = {id(p) for m in modules if m._modules for p in m.parameters()}
    for optimizer in optimizers:
        held = [p for group in optimizer.param_groups for p in group["params"]]
        if any(id(p) in own for p in held) and any(id(p) not in kept and not _has_gradient(p) for p in held):
            return True
    return False


def _report(reporter: Reporter, kind: str, layer: torch.nn.Module, facts: dict[str, str]) -> None:
    state = reporter.state
    key = (kind, facts.get("class"), facts.get("attribute"))
    if key in state.reported:
        return
    state.reported.add(key)
    name = f"torch.nn.{type(layer).__name__}"
    span = state.births[layer]
    frame = wire.Frame(span, "<module>")
    module = reporter.module(layer)
    state.failures.append(
        wire.Failure(
            name, span, "UserWarning", "", (frame,), module=module, kind=kind, facts={**facts, "cause": "silent"}
        )
    )
