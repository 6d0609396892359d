"""The global state of torch and NumPy: default dtype and device, modes, random numbers, switches, hooks."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

torch: Any = importlib.import_module("torch")  # without types: half of this state has no public name

_SEED = 67280421310721  # what torch itself starts with where it does not ask the system

Getter = Callable[[], Any]
Setter = Callable[[Any], Any]


class TorchState:
    """Taken once; `restore` is called after each run."""

    def __init__(self) -> None:
        self._switches = [(getter, setter, getter()) for getter, setter in _switches()]
        # Every session draws the same numbers, so that its answers are those of a fresh one.
        torch.default_generator.manual_seed(_SEED)
        self._random = torch.default_generator.get_state()
        self._printing = dict(_print_options().__dict__)
        self._hooks = [(hooks, dict(hooks)) for hooks in _hooks()]
        self._numpy = _NumpyState()

    def left_active(self) -> str:
        """Which mode was entered and never left, in words; empty where none was."""
        if torch._C._len_torch_dispatch_stack():
            return "a dispatch mode was left active"
        if torch.is_inference_mode_enabled():
            return "inference mode was left active"
        # torch.set_default_device is a mode as well; `restore` takes it away.
        modes = torch.overrides._get_current_function_mode_stack()
        if any(type(mode).__name__ != "DeviceContext" for mode in modes):
            return "a function mode was left active"
        return ""

    def restore(self) -> None:
        """Put everything back."""
        if torch.overrides._get_current_function_mode_stack():
            torch.set_default_device(None)
        for getter, setter, value in self._switches:
            if getter() != value:
                setter(value)
        torch.default_generator.set_state(self._random)
        _print_options().__dict__.update(self._printing)
        for hooks, content in self._hooks:
            if hooks.keys() != content.keys():
                hooks.clear()
                hooks.update(content)
        torch.autograd.set_detect_anomaly(False)
        torch.clear_autocast_cache()
        self._numpy.restore()


class _NumpyState:
    """NumPy's, where the interpreter has it; it is imported along with torch."""

    def __init__(self) -> None:
        self._numpy = numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(0)
            self._random = numpy.random.get_state()
            self._printing = numpy.get_printoptions()
            self._errors = numpy.geterr()

    def restore(self) -> None:
        """Put everything back."""
        numpy = self._numpy
        if numpy is None:
            return
        numpy.random.set_state(self._random)
        if numpy.get_printoptions() != self._printing:
            numpy.set_printoptions(**self._printing)
        if numpy.geterr() != self._errors:
            numpy.seterr(**self._errors)


def _switches() -> Iterator[tuple[Getter, Setter]]:
    yield torch.get_default_dtype, torch.set_default_dtype
    yield torch.is_grad_enabled, torch._C._set_grad_enabled
    yield torch.get_num_threads, torch.set_num_threads
    yield torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms
    yield torch.get_float32_matmul_precision, torch.set_float32_matmul_precision
    yield torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled
    for device in ("cpu", "cuda"):
        yield _autocast(torch.is_autocast_enabled, device), _set_autocast(torch.set_autocast_enabled, device)
        yield _autocast(torch.get_autocast_dtype, device), _set_autocast(torch.set_autocast_dtype, device)
    backends = torch.backends
    for owner, name in (
        *((backends.cudnn, name) for name in ("enabled", "benchmark", "deterministic", "allow_tf32")),
        (backends.cuda.matmul, "allow_tf32"),
        (backends.cuda.matmul, "allow_fp16_reduced_precision_reduction"),
        (backends.mkldnn, "enabled"),
    ):
        with contextlib.suppress(Exception):
            getattr(owner, name)
            yield _attribute(owner, name)


def _attribute(owner: Any, name: str) -> tuple[Getter, Setter]:
    return (lambda: getattr(owner, name)), (lambda value: setattr(owner, name, value))


def _autocast(getter: Callable[[str], Any], device: str) -> Getter:
    return lambda: getter(device)


def _set_autocast(setter: Callable[[str, Any], Any], device: str) -> Setter:
    return lambda value: setter(device, value)


def _print_options() -> Any:
    return torch._tensor_str.PRINT_OPTS


def _hooks() -> Iterator[dict[Any, Any]]:
    """Hooks that are called for every module and every optimizer."""
    for place in ("torch.nn.modules.module", "torch.optim.optimizer"):
        for name, value in vars(sys.modules[place]).items():
            if name.startswith("_global_") and isinstance(value, dict):
                yield value
