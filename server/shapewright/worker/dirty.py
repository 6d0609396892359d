"""What a run did to the session that cannot be taken back, so that a fresh session must take its place.

Names of watched modules and classes are compared with those at the start. A change that a library made while it was
imported belongs to the library, which stays; a change whose value comes from user code, or that happened in a run that
imported no library, was made by user code.
"""

from __future__ import annotations

import gc
import inspect
import os
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

RUNS = 500
"""A session is replaced after so many runs, whatever it looks like."""

_MODULES = (
    *(
        "torch",
        "torch.nn",
        "torch.nn.functional",
        "torch.nn.init",
        "torch.nn.utils",
        "torch.nn.utils.rnn",
        "torch.optim",
    ),
    *("torch.optim.lr_scheduler", "torch.utils.data", "torch.autograd", "torch.cuda", "torch.linalg", "torch.fft"),
    *("torch.special", "torch.random", "torch.serialization", "torch.hub", "torch.distributions", "torch.func"),
    *(
        "torch.amp",
        "torch.jit",
        "torch.nn.modules.module",
        "torch._tensor",
        "torch.overrides",
        "torch.utils.checkpoint",
    ),
    *("numpy", "numpy.random", "numpy.linalg", "random", "math", "os", "os.path", "time", "json", "copy", "functools"),
    *("itertools", "collections", "operator", "typing", "dataclasses", "abc", "pathlib", "warnings", "logging"),
    *("importlib", "threading", "subprocess", "socket", "pickle", "io", "inspect", "types", "string", "re", "argparse"),
)
_CLASSES = ("torch.nn.", "torch.optim.", "torch.utils.data.", "torch.autograd.function", "torch.distributions.")
_EXTRA_CLASSES = (("torch", "Tensor"), ("torch", "Generator"), ("pathlib", "Path"), ("pathlib", "PurePath"))
# Names that Python and the import system set by themselves.
_HARMLESS = ("__warningregistry__", "__abstractmethods__", "_abc_impl", "__annotations__", "__annotate_func__")
# Put back by `reset` and `reset_torch`; `torch.Storage` follows the default dtype.
_RESTORED = {("torch", "Storage"), ("warnings", "filters"), ("warnings", "showwarning"), ("warnings", "formatwarning")}
_DATA = (int, float, complex, str, bytes, bool, type(None))

_missing: Any = object()


class Watch:
    """The session as it was before the first run."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[Any, dict[str, Any]]] = {
            number: (owner, names) for number, owner, names in _snapshots()
        }
        self._threads = {thread.ident for thread in threading.enumerate()}
        self._registries = [(name, set(registry)) for name, registry in _registries()]
        self._resident = 0
        self._growth = 0
        self._runs = 0

    def begin(self, memory: int) -> None:
        """In the session itself: it may grow to half of `memory`."""
        self._resident = resident()
        self._growth = memory // 2

    def find(self, user: set[str], libraries: set[str]) -> str:
        """Why the session must be replaced, or nothing. `user`: its modules; `libraries`: those imported now."""
        self._runs += 1
        if self._runs >= RUNS:
            return f"it ran {RUNS} times"
        if resident() - self._resident > self._growth and (gc.collect() or resident() - self._resident > self._growth):
            return "it took much memory"
        return self._live_threads() or self._registered(libraries) or self.compare(user, imported=bool(libraries))

    def _live_threads(self) -> str:
        for thread in threading.enumerate():
            if thread.ident in self._threads or not thread.is_alive():
                continue
            kind = type(thread).__module__
            # A library's own kind of thread, such as the monitor of tqdm, belongs to the library.
            if kind in ("threading", "__main__") or kind not in sys.modules:
                return f"the thread {thread.name} is still running"
            self._threads.add(thread.ident)
        return ""

    def _registered(self, libraries: set[str]) -> str:
        for index, (name, registry) in enumerate(_registries()):
            known = self._registries[index][1]
            if libraries:
                known.update(registry)
            elif not known.issuperset(registry):
                return f"{name} was extended"
        return ""

    def compare(self, user: set[str], *, imported: bool) -> str:
        """Which watched name user code replaced, in words; empty where none."""
        for owner, before in self._names.values():
            try:
                if owner.__dict__ == before:
                    continue
            except Exception:  # a value there whose comparison fails is another one than before
                pass
            after: dict[str, Any] = dict(owner.__dict__)
            for name in after.keys() | before.keys():
                old, new = before.get(name, _missing), after.get(name, _missing)
                if (owner.__name__, name) in _RESTORED:
                    continue
                if old is not new and _by_user(name, old, new, user, imported):
                    return f"{owner.__name__}.{name} was replaced"
            self._names[id(owner)] = (owner, after)
        return ""


def _by_user(name: str, old: Any, new: Any, user: set[str], imported: bool) -> bool:
    if name in _HARMLESS or isinstance(new, ModuleType):
        return False
    if new is _missing:
        return not imported
    home = _home(new)
    if home.startswith("shapewright."):
        return False
    if home in user or home not in sys.modules:
        return True
    if name.startswith("_") and not name.startswith("__"):
        return False  # a library's own cache or counter
    if isinstance(new, _DATA) and isinstance(old, _DATA):
        return new != old and not imported
    # `np.float = float`: what libraries hang into others is their own.
    return not imported or home == "builtins"


def _home(value: Any) -> str:
    value = inspect.unwrap(value) if callable(value) and hasattr(value, "__wrapped__") else value
    value = getattr(value, "func", value) if type(value).__name__ in ("partial", "partialmethod") else value
    if type(value) in (staticmethod, classmethod, property):
        value = getattr(value, "fget", None) or getattr(value, "__func__", value)
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) else type(value).__module__


def _snapshots() -> Iterator[tuple[int, Any, dict[str, Any]]]:
    for owner in _owners():
        yield id(owner), owner, dict(owner.__dict__)


def _owners() -> Iterator[Any]:
    seen: set[int] = set()
    for module in [sys.modules[name] for name in _MODULES if name in sys.modules]:
        yield module
    for name, module in list(sys.modules.items()):
        if name.startswith(_CLASSES):
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__.startswith(_CLASSES) and id(value) not in seen:
                    seen.add(id(value))
                    yield value
    for module_name, name in _EXTRA_CLASSES:
        value = getattr(sys.modules.get(module_name), name, None)
        if isinstance(value, type):
            yield value


def _registries() -> Iterator[tuple[str, set[Any]]]:
    """Registries that refuse a second entry of the same name, or that change how torch works."""
    places = (
        ("torch.library", "_defs"),
        ("torch.library", "_impls"),
        ("torch.utils._pytree", "SUPPORTED_NODES"),
        ("torch.distributions.kl", "_KL_REGISTRY"),
        ("copyreg", "dispatch_table"),
    )
    for module, name in places:
        yield f"{module}.{name}", set(getattr(sys.modules.get(module), name, ()))


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
