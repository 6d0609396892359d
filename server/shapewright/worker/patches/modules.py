"""Calls of modules, whose failures are told in their own words, and what converts them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker import lazy, opaque, silent
from shapewright.worker.failures import Reporter
from shapewright.worker.info import ensure_info, info_of, no_dispatch
from shapewright.worker.layers import asked, repaired_module
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown

_DDP = torch.nn.parallel.DistributedDataParallel
_CONTAINERS = (torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict, torch.nn.DataParallel, _DDP)


def patches(state: State, reporter: Reporter) -> list[tuple[Any, str, Any]]:
    """Around `Module.__call__`, `_apply` and what fills layers."""
    plain = torch.nn.Module.__call__

    def call(self: torch.nn.Module, *args: Any, **kwargs: Any) -> Any:
        if not torch._C._is_torch_function_mode_enabled():  # on real tensors, for the oracle
            return plain(self, *args, **kwargs)
        if state.graphs is not None:
            return state.graphs.call(self, args, kwargs, guarded)
        return guarded(self, args, kwargs)

    def guarded(self: torch.nn.Module, args: Any, kwargs: Any) -> Any:
        if not any(type(a) is Unknown for a in (*args, *kwargs.values())):  # else nothing in it was looked at
            state.called.add(type(self))
            state.calls[self] = state.calls.get(self, 0) + 1
            if self.__dict__.get("training") and torch.is_grad_enabled():
                state.learning.add(self)
        if not type(self).__module__.startswith("torch.nn") or isinstance(self, _CONTAINERS):
            return plain(self, *args, **kwargs)
        if any(type(a) is Unknown for a in args):
            return repaired_module(self, args, kwargs)
        failures = len(state.failures)
        silent.unbatched.look(self, args, reporter)
        try:
            return plain(self, *args, **kwargs)
        except Exception as error:
            if len(state.failures) > failures:  # it stumbled over what took the place of a failed call's output
                return repaired_module(self, args, kwargs)
            said, output = asked(self, args, kwargs, error)
            if said is None:
                return output
            if not reporter.library_module(self, args, kwargs, said, sys._getframe(1)):
                raise
            return repaired_module(self, args, kwargs)

    def apply_to(
        self: torch.nn.Module, function: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True
    ) -> torch.nn.Module:
        """`Module.to/.double/.half`: a parameter of another dtype is a new one, where eager PyTorch swaps its data."""
        for module in self.modules() if recurse else (self,):
            for name, parameter in module._parameters.items():
                if parameter is not None:
                    module._parameters[name] = _converted(parameter, function, module, name)
                    state.converted |= module._parameters[name] is not parameter
            for name, buffer in module._buffers.items():
                if buffer is not None:
                    module._buffers[name] = function(buffer)
        return self

    def truncated(tensor: torch.Tensor, mean: float, std: float, a: float, b: float, *rest: Any, **more: Any) -> Any:
        """Drawn at once, not until every sample fits."""
        with torch.no_grad():
            return tensor.normal_(mean, std)

    return [
        (torch.nn.Module, "__call__", call),
        (torch.nn.Module, "_apply", apply_to),
        (torch.nn.init, "_no_grad_trunc_normal_", truncated),
        *lazy.patches(),
        *opaque.patches(),
    ]


def _converted(
    parameter: torch.nn.Parameter, function: Callable[[torch.Tensor], torch.Tensor], module: Any, name: str
) -> torch.nn.Parameter:
    with torch.no_grad():
        result = function(parameter)
    device = (ensure_info(result)).device
    with no_dispatch():
        if result.dtype == parameter.dtype:
            ensure_info(parameter).device = device
            return parameter
        replaced = torch.nn.Parameter(result.detach(), parameter.requires_grad)
    info, old = ensure_info(replaced), info_of(parameter)
    info.device = device
    if old is not None:
        info.soft, info.node = old.soft, old.node
    return replaced
