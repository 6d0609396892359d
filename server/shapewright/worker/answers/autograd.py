"""Gradients: what autograd raises for operands that take part in it, and `backward` itself."""

from __future__ import annotations

import sys
from typing import Any

import torch
import torch.utils._pytree as pytree

from shapewright.worker.answers.changed import changed_in_place
from shapewright.worker.answers.table import answers
from shapewright.worker.info import info_of, is_soft, no_dispatch
from shapewright.worker.oracle import real, replay
from shapewright.worker.unknown import Unknown

_T = torch.Tensor


def raises_with_autograd(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor]) -> bool:
    """Whether eager PyTorch raises once the operands take part in autograd as they do here."""

    def make(tensor: torch.Tensor) -> torch.Tensor:
        with torch.enable_grad():
            value = real(tensor)
            if not tensor.requires_grad or not value.is_floating_point() or value.is_inference():
                return value
            value = value.clone().requires_grad_()
            if tensor.is_leaf:
                return value
            base = tensor._base if tensor._is_view() else None
            return value[...] if base is not None and base.is_leaf and base.requires_grad else value * 1

    enabled = torch.is_grad_enabled()

    def with_grad(*a: Any, **k: Any) -> Any:
        with torch.set_grad_enabled(enabled):
            return func(*a, **k)

    with no_dispatch():
        if not any(t.requires_grad or t.is_inference() for t in tensors):
            return False
    return replay(with_grad, args, kwargs, make).error is not None


def fails_backward(func: Any, args: Any, kwargs: Any) -> Exception | None:
    """What eager PyTorch raises when the result of this call is differentiated, or None."""

    def make(tensor: torch.Tensor) -> torch.Tensor:
        value = real(tensor)
        if not tensor.requires_grad or not value.is_floating_point() or not value.is_leaf:
            return value
        with torch.enable_grad():  # what is no leaf may be changed in place
            return value.requires_grad_() if tensor.is_leaf else value.requires_grad_() * 1

    def differentiated(*a: Any, **k: Any) -> None:
        with torch.enable_grad():
            func(*a, **k).sum().backward()

    return replay(differentiated, args, kwargs, make).error


@answers(_T.grad.__get__)  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]  # the property itself, which the stub gives the type of its value
def _grad(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """A gradient that is missing after a failure is missing because of it."""
    with no_dispatch():
        value = func(*args)
    doubt = tracer.state.failures or tracer.state.gradients_missing or Unknown.differentiated
    return Unknown("grad") if value is None and doubt else value


_AUTOGRAD = (
    "does not require grad",
    "scalar outputs",
    "second time",
    "inplace operation",
    "Mismatch in shape",
    "unused in the graph",
    "appears to not have been used",
    "invalid gradient",
    "incorrect number of gradients",
)


@answers(_T.backward, torch.autograd.backward, torch.autograd.grad)
def _backward(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tracer.state.training_events += 1
    late = next(
        (
            i.late_error
            for a in args
            if isinstance(a, _T) and (i := info_of(a)) is not None and i.late_error is not None
        ),
        None,
    )
    if late is not None:
        tracer.failed(func, args, kwargs, [a for a in args if isinstance(a, _T)], late, confirmed=True)
        return None
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, _T)]
    if any((i := info_of(t)) is not None and i.mended for t in tensors):
        tracer.state.gradients_missing = True
    try:
        with no_dispatch():
            result = func(*args, **kwargs)
        if not (len(args) > 2 or kwargs.get("retain_graph") or kwargs.get("create_graph")):
            tracer.state.differentiated.update(i.node for t in tensors if (i := info_of(t)) is not None and i.node)
        return result
    except Exception as error:
        tracer.state.gradients_missing = True
        mended = any((i := info_of(t)) is not None and i.mended for t in tensors)
        if mended and "does not require grad" in str(error):
            return Unknown() if func is torch.autograd.grad else None
        if any(phrase in str(error) for phrase in _AUTOGRAD) and not any(is_soft(t) for t in tensors):
            also = changed_in_place(error, tensors, tracer.state)
            tracer.reporter.torch_call(func, args, kwargs, tensors, error, sys._getframe(2), also=also)
        return Unknown() if func is torch.autograd.grad else None
