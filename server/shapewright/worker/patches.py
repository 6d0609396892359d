"""What is replaced in torch and the standard library while user code runs, and put back afterwards."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
import torch.utils.data
from torch._subclasses.fake_tensor import FakeTensor
from torch.autograd.variable import VariableMeta

from shapewright.worker import default_device, devices, lazy, opaque, silent, stand_ins
from shapewright.worker.batches import iterator
from shapewright.worker.constructors import Constructors, variable
from shapewright.worker.failures import Reporter
from shapewright.worker.info import ensure_info, info_of, no_dispatch
from shapewright.worker.layers import asked, repaired_module
from shapewright.worker.stand_ins.checkpoints import is_unseen
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown

_DDP = torch.nn.parallel.DistributedDataParallel
_CONTAINERS = (torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict, torch.nn.DataParallel, _DDP)
Patch = tuple[Any, str, Any]


@contextlib.contextmanager
def applied(state: State, reporter: Reporter) -> Generator[None]:
    """All patches, for the time of a run."""
    patches = [
        *_module_patches(state, reporter),
        *_training_patches(state),
        *_device_patches(state),
        *default_device.patches(state),
        *_file_patches(state),
        *_system_patches(),
        *silent.modes.patches(state),
        *stand_ins.patches(),
    ]
    missing = object()
    before = [
        (owner, name, vars(owner).get(name, missing) if isinstance(owner, type) else getattr(owner, name, missing))
        for owner, name, _ in patches
    ]
    for owner, name, value in patches:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in reversed(before):
            if value is missing:
                delattr(owner, name)
            else:
                setattr(owner, name, value)


def _module_patches(state: State, reporter: Reporter) -> list[Patch]:
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


# ------------------------------------------------------------------------------------------------------ training


def _training_patches(state: State) -> list[Patch]:
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
    patches: list[Patch] = [(c, "step", refusing(c) if c in demanding else step) for c in classes]
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


# ------------------------------------------------------------------------------------------------------- devices


def _device_patches(state: State) -> list[Patch]:
    cuda = torch.cuda

    def is_available() -> bool:
        """There is a logical GPU, so that code written for one is checked; it is remembered that the program asked."""
        state.asked_for_gpu = True
        return True

    nothing = {
        name: (lambda *a, **k: None)
        for name in (
            "manual_seed",
            "manual_seed_all",
            "empty_cache",
            "synchronize",
            "set_device",
            "init",
            "reset_peak_memory_stats",
            "seed_all",
            "ipc_collect",
            "reset_max_memory_allocated",
        )
    }
    numbers = {
        name: (lambda *a, **k: 0)
        for name in (
            "memory_allocated",
            "max_memory_allocated",
            "memory_reserved",
            "max_memory_reserved",
            "current_device",
        )
    }
    values: dict[str, Any] = {
        **nothing, **numbers,
        "is_available": is_available,
        "device_count": lambda: 1,
        "is_initialized": lambda: True,
        "is_bf16_supported": lambda *a, **k: True,
        "get_device_name": lambda *a, **k: "GPU",
        "get_device_capability": lambda *a, **k: (8, 0),
        "get_device_properties": lambda *a, **k: Unknown(),
        "mem_get_info": lambda *a, **k: (1 << 34, 1 << 34),
        "Event": _Handle,
        "Stream": _Handle,
        "get_rng_state": lambda *a, **k: Unknown(),
        "set_rng_state": lambda *a, **k: None,
    }  # fmt: skip
    plain = torch.amp.autocast_mode.autocast.__init__

    def autocast(self: Any, device_type: str, dtype: Any = None, *args: Any, **kwargs: Any) -> None:
        """Autocast of a logical device, on the CPU where the fakes are."""
        if str(device_type).split(":")[0] != "cpu":
            dtype = dtype or torch.float16
        plain(self, "cpu", dtype, *args, **kwargs)

    autocast.__qualname__ = "autocast.__init__"
    return [
        (FakeTensor, "device", property(_device_of)),
        (FakeTensor, "tolist", lambda self: torch.Tensor.tolist(self)),
        (torch.amp.autocast_mode.autocast, "__init__", autocast),
    ] + [(cuda, name, value) for name, value in values.items() if hasattr(cuda, name)]


class _Handle:
    """A stream or an event of a GPU that is not there; a class, since annotations name it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Unknown()


_plain_device = FakeTensor.device
_SEES_LOGICAL = tuple(
    os.path.join(os.path.dirname(torch.__file__), *part)
    for part in (("nn",), ("optim",), ("utils", "data"), ("distributions",), ("amp",))
)
_TORCH = os.path.dirname(torch.__file__) + os.sep


def _device_of(tensor: Any) -> Any:
    """`tensor.device`: the logical one for programs and layers.

    The machinery of fake tensors computes with it, and gets the physical one.
    """
    caller = sys._getframe(1).f_code.co_filename
    if caller.startswith(_TORCH) and not caller.startswith(_SEES_LOGICAL):
        return _plain_device.__get__(tensor)
    return devices.logical(tensor)


# --------------------------------------------------------------------------------------------------------- files


def _file_patches(state: State) -> list[Patch]:
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


def _system_patches() -> list[Patch]:
    parser = argparse.ArgumentParser

    def parse_args(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        """The defaults; what is required and was not given is Unknown."""
        space = namespace if namespace is not None else argparse.Namespace()
        for action in self._actions:
            if action.dest in (argparse.SUPPRESS, "help", "version") or action.default is argparse.SUPPRESS:
                continue
            if hasattr(space, action.dest):
                continue
            value = action.default
            if value is None and action.choices is not None and not isinstance(action.choices, dict):
                value = next(iter(action.choices), None)
            if value is None and (action.required or not action.option_strings):
                value = Unknown(action.dest)
            if isinstance(value, str) and callable(action.type):
                with contextlib.suppress(Exception):
                    value = action.type(value)
            setattr(space, action.dest, value)
        for name, value in self._defaults.items():
            if not hasattr(space, name):
                setattr(space, name, value)
        return space

    def parse_known(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        return parse_args(self, args, namespace), []

    def explicit(method: Any, fallback: Any) -> Any:
        def parse(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
            return method(self, args, namespace) if args is not None else fallback(self, args, namespace)

        return parse

    return [
        (parser, "parse_args", explicit(parser.parse_args, parse_args)),
        (parser, "parse_known_args", explicit(parser.parse_known_args, parse_known)),
        (time, "sleep", lambda seconds: None),
    ]
