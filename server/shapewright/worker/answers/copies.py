"""Copies of tensors: a fake has no storage that could be copied or written."""

from __future__ import annotations

import copy
import functools
from typing import Any

import torch

from shapewright.worker.answers.table import answers
from shapewright.worker.info import ATTRIBUTE, info_of, no_dispatch

_T = torch.Tensor


@answers(_T.__deepcopy__, torch.nn.Parameter.__deepcopy__)
def _deepcopy(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    tensor, memo = args[0], args[1]
    if id(tensor) in memo:
        return memo[id(tensor)]
    with no_dispatch():
        leaf, wanted, grad = tensor.is_leaf, tensor.requires_grad, tensor.grad if tensor.is_leaf else None
    if not leaf:
        error = RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
            "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, "
            "see https://github.com/pytorch/pytorch/pull/103001"
        )
        return tracer.failed(func, args, kwargs, [tensor], error, confirmed=True)
    with no_dispatch():
        made = torch.empty_like(tensor.detach())
        if isinstance(tensor, torch.nn.Parameter):
            made = torch.nn.Parameter(made, wanted)
        elif wanted:
            made.requires_grad_()
        if grad is not None:
            made.grad = torch.empty_like(grad)
    info = info_of(tensor)
    if info is not None:
        setattr(made, ATTRIBUTE, copy.deepcopy(info))
    memo[id(tensor)] = made
    return made


@answers(_T.__reduce_ex__)
def _reduce(tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """A pickle holds what is needed to make a fake of the same kind."""
    with no_dispatch():
        shape, dtype, wanted = tuple(args[0].shape), args[0].dtype, args[0].requires_grad and args[0].is_leaf
    return functools.partial(torch.empty, dtype=dtype, requires_grad=wanted), (shape,)
