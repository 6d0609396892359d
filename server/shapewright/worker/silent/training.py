"""What a training that ran to its end did not train, though it looks as if it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import torch

from shapewright import wire
from shapewright.worker.failures import Reporter
from shapewright.worker.info import no_dispatch
from shapewright.worker.silent.modes import forgotten
from shapewright.worker.silent.origin import node_of

_OWN = frozenset({"_modules", "_parameters", "_buffers"})
_FEW = 12


def review(reporter: Reporter) -> None:
    """Look back at a script that ran to its end. A layer counts once gradients reached it and optimizers stepped."""
    state = reporter.state
    if not state.wants_double and torch.get_default_dtype() is torch.float32:
        state.failures += state.doubled
    if not state.optimizers and not state.converted:
        _hidden(reporter, [m for m in list(state.births) if _is_whole(m)])
    if not state.steps or state.converted:
        return
    optimized = {id(p) for o in state.optimizers for group in o.param_groups for p in group["params"]}
    modules = [m for m in list(state.births) if _is_whole(m)]
    forgotten(state, optimized)
    _unregistered(reporter, modules, optimized)
    _unused(reporter, modules, optimized)
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


def _hidden(reporter: Reporter, modules: list[torch.nn.Module]) -> None:
    """Layers in a plain list that ran as if they were to be trained, where no optimizer says what is trained."""
    learning = reporter.state.learning
    known = {
        id(part) for m in modules for child in m._modules.values() if child is not None for part in child.modules()
    }
    for root in modules:
        if root not in learning or type(root).parameters is not torch.nn.Module.parameters:
            continue
        for name, items in _containers(root):
            layers = [layer for layer in items if layer._parameters]
            trainable = all(p is None or p.requires_grad for layer in layers for p in layer._parameters.values())
            if trainable and layers and all(m in learning and id(m) not in known for m in layers):
                _report(reporter, "unregistered-layers", layers[0], {"attribute": name, "class": type(root).__name__})


def _unregistered(reporter: Reporter, modules: list[torch.nn.Module], optimized: set[int]) -> None:
    """Tensors of a module that get gradients and are no parameters of any."""
    owned = {id(p) for m in modules for p in m.parameters()} | optimized
    for root in modules:
        if not any(id(p) in optimized for p in root.parameters()):
            continue
        for name, value in vars(root).items():
            items: Any = value if isinstance(value, (list, tuple)) else (value,)
            for tensor in items if name not in _OWN else ():
                node = node_of(tensor)
                if node is None or node.where is None or not _learns(tensor, owned):
                    continue
                span = reporter.state.places.shown(node.path, node.where)
                facts = {"attribute": name, "class": type(root).__name__}
                facts["listed"] = type(value).__name__ if value is not tensor else ""
                _report(reporter, "unregistered-parameter", root, facts, wire.Span(node.path, *span))
                break


def _learns(tensor: torch.Tensor, owned: set[int]) -> bool:
    """Whether gradients reach what a tensor was made of: itself, or only parameters that are nobody's."""
    with no_dispatch():
        if not tensor.requires_grad or id(tensor) in owned:
            return False
        if tensor.is_leaf:
            node = node_of(tensor)
            return tensor.grad is not None and (isinstance(tensor, torch.nn.Parameter) or not (node and node.parents))
        left, leaves = [tensor.grad_fn], list[Any]()
        for _ in range(_FEW):
            if not left:
                break
            step: Any = left.pop()
            leaves += [step.variable] if hasattr(step, "variable") else []
            left += [following for following, _ in getattr(step, "next_functions", ()) if following is not None]
        plain = all(isinstance(leaf, torch.nn.Parameter) and id(leaf) not in owned for leaf in leaves)
        return bool(leaves) and not left and plain and all(leaf.grad is not None for leaf in leaves)


def _unused(reporter: Reporter, modules: list[torch.nn.Module], optimized: set[int]) -> None:
    """A layer that nothing calls, while its twin is called several times in its place."""
    calls = reporter.state.calls
    for root in modules:
        rounds = calls.get(root, 0)
        if not rounds or type(root).__module__.startswith("torch."):
            continue
        layers = {name: layer for name, layer in root._modules.items() if layer is not None and layer._parameters}
        for name, layer in layers.items():
            own = list(layer.parameters())
            if calls.get(layer, 0) or layer not in reporter.state.births or not own:
                continue
            if not all(p.requires_grad and id(p) in optimized and not _has_gradient(p) for p in own):
                continue
            often = (n for n, t in layers.items() if calls.get(t, 0) >= 2 * rounds)
            twin = next((n for n in often if _are_twins(name, n, layers)), "")
            if twin and any(_has_gradient(p) for p in layers[twin].parameters()):
                facts = {"attribute": name, "twin": twin, "class": type(root).__name__}
                _report(reporter, "unused-layer", layer, facts)


def _are_twins(one: str, other: str, layers: dict[str, torch.nn.Module]) -> bool:
    """Layers of one class and size whose names differ in a number."""
    first, second = layers[one], layers[other]
    sizes = [[tuple(p.shape) for p in layer.parameters()] for layer in (first, second)]
    names = {re.sub(r"_?\d", "", name) for name in (one, other)}
    return type(first) is type(second) and sizes[0] == sizes[1] and len(names) == 1


def _is_whole(module: torch.nn.Module) -> bool:
    return "_parameters" in vars(module) and "_modules" in vars(module)


def _has_gradient(parameter: Any) -> bool:
    with no_dispatch():
        return isinstance(parameter, torch.Tensor) and parameter.requires_grad and parameter.grad is not None


def _containers(root: torch.nn.Module) -> Iterator[tuple[str, list[Any]]]:
    """Plain lists and dicts of layers. One alone in a list is a way to hide it on purpose."""
    for name, value in vars(root).items():
        if name in _OWN:
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


def _report(
    reporter: Reporter, kind: str, layer: torch.nn.Module, facts: dict[str, str], span: wire.Span | None = None
) -> None:
    state = reporter.state
    key = (kind, facts.get("class"), facts.get("attribute"))
    if key in state.reported:
        return
    state.reported.add(key)
    name = f"torch.nn.{type(layer).__name__}"
    span = span or state.births[layer]
    frame = wire.Frame(span, "<module>")
    module = reporter.module(layer)
    state.failures.append(
        wire.Failure(
            name, span, "UserWarning", "", (frame,), module=module, kind=kind, facts={**facts, "cause": "silent"}
        )
    )
