"""Functions of the file that need no arguments, or a number of classes, and that nobody called: `resnet18()`, `test()`.

Each is run once, to see which modules it makes and what it calls them with.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

from torch import nn

from shapewright.worker.frames import traceback_frames
from shapewright.worker.info import is_soft
from shapewright.worker.probing import probing, tensors_in
from shapewright.worker.state import OutOfTime, State
from shapewright.worker.targets import byname
from shapewright.worker.targets.usage import Sources
from shapewright.worker.unknown import is_unknown

TRIED = 5
SECONDS = 2.5
"""For one function."""
ALTOGETHER = 5.0
_WORK = re.compile(r"train|run|fit|evaluat|download|benchmark|profile|plot|visuali", re.I)


class Rehearsal:
    """What the functions of the file made and called.

    `given`: the plain arguments of each module's constructor, by id. `others`: what each function made.
    """

    def __init__(self, namespace: dict[str, Any], state: State, sources: Sources) -> None:
        self.namespace, self.state, self.sources = namespace, state, sources
        self.made: dict[type, tuple[Any, str]] = {}
        self.others: dict[type, dict[str, Any]] = {}
        self.calls: dict[type, tuple[Any, Any, Any, str]] = {}
        self.given: dict[int, dict[str, Any]] = {}
        self.tried: set[str] = set()
        self.until = 0.0

    def instance(self, cls: type) -> tuple[Any, str] | None:
        """An instance that a function makes, and the expression."""
        self._run(cls)
        return self.made.get(cls)

    def siblings(self, cls: type, first: Any) -> Iterator[tuple[Any, str]]:
        """The instances that other functions make than `first`, those with classes of the file that `first` has not
        before the rest."""
        self._run(cls, to_its_end=True)
        found = [(module, f"{name}()") for name, module in self.others.get(cls, {}).items() if module is not first]
        known = _kinds(first)
        yield from sorted(found, key=lambda made: _kinds(made[0]) <= known)

    def call(self, cls: type) -> tuple[Any, Any, Any, str] | None:
        """The first call of an instance: the instance, its arguments, the function."""
        self._run(cls)
        return self.calls.get(cls)

    def _run(self, cls: type, to_its_end: bool = False) -> None:
        if cls in self.calls and not to_its_end:
            return
        self.until = self.until or time.process_time() + ALTOGETHER
        for name in self._mentioning(cls):
            if (cls in self.calls and not to_its_end) or len(self.tried) >= TRIED or time.process_time() > self.until:
                break
            if name not in self.tried:
                self.tried.add(name)
                before = dict(self.made)
                function = self.namespace[name]
                with self._seeing(name):
                    unfinished = _attempt(functools.partial(function, **(_arguments(function) or {})), self.state)
                for kind, (module, _) in list(self.made.items()):
                    if kind not in before and id(module) in unfinished:
                        del self.made[kind]
                for made in self.others.values():
                    if id(made.get(name)) in unfinished:
                        del made[name]

    @contextlib.contextmanager
    def _seeing(self, function: str) -> Generator[None]:
        plain = nn.Module.__call__

        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            cls = type(module)
            if cls not in self.calls and cls.__module__ == "__main__":
                values = [*args, *kwargs.values()]
                if (
                    values
                    and not any(is_unknown(v) for v in values)
                    and not any(is_soft(t) for t in tensors_in(values))
                ):
                    self.calls[cls] = (module, args, kwargs, function)
            return plain(module, *args, **kwargs)

        with noted(self.state, self.given, lambda module: self._made(module, function)):
            nn.Module.__call__ = call  # type: ignore[method-assign]  # put back below
            try:
                yield
            finally:
                nn.Module.__call__ = plain  # type: ignore[method-assign]  # as it was

    def _made(self, module: nn.Module, function: str) -> None:
        if type(module).__module__ == "__main__":
            self.made.setdefault(type(module), (module, f"{function}()"))
            self.others.setdefault(type(module), {}).setdefault(function, module)

    def _mentioning(self, cls: type) -> Iterator[str]:
        """Functions that need nothing but what anybody can give, in whose text the class, or what mentions it, is
        named."""
        items = list(self.namespace.items())
        functions = {
            n: f for n, f in items if inspect.isfunction(f) and f.__module__ == "__main__" and not n.startswith("__")
        }
        classes = {
            n: c for n, c in items if isinstance(c, type) and c.__module__ == "__main__" and issubclass(c, nn.Module)
        }
        named: dict[str, set[str]] = {}
        for name, function in functions.items():
            definition = self.sources.function(function)
            if definition is not None:
                named[name] = _names(definition)
        for name, owner in classes.items():
            definition = self.sources.function(owner.__init__)
            if definition is not None:
                named[name] = _names(definition)
        wanted = {cls.__name__}
        for _ in range(4):
            wanted |= {n for n, names in named.items() if names & wanted}
        for name, function in functions.items():
            if name in wanted and not _WORK.search(name) and _arguments(function) is not None:
                yield name


@contextlib.contextmanager
def noted(
    state: State, given: dict[int, dict[str, Any]], made: Callable[[nn.Module], None], everything: bool = False
) -> Generator[None]:
    """Remembers the arguments of the constructors that call `Module.__init__`, by the module's id: the plain ones, or
    `everything`."""
    plain = nn.Module.__init__

    def init(module: nn.Module, *args: Any, **kwargs: Any) -> None:
        plain(module, *args, **kwargs)
        frame = sys._getframe(1)
        while frame.f_code is init.__code__ and frame.f_back is not None:  # noted for somebody else as well
            frame = frame.f_back
        if frame.f_code.co_name == "__init__" and state.places.is_workspace(frame):
            held = frame.f_locals.items()
            given[id(module)] = {k: v for k, v in held if everything or type(v) in (int, float, bool, str)}
            made(module)

    nn.Module.__init__ = init  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        nn.Module.__init__ = plain  # type: ignore[method-assign]  # as it was


def _attempt(function: Callable[[], Any], state: State) -> set[int]:
    """Call a function; the ids of the modules whose constructor did not come to its end."""
    called = set(state.called)
    try:
        with state.within(SECONDS), probing(state):
            function()
    except OutOfTime as error:
        state.check_time()
        return _under_construction(error)
    except BaseException as error:
        return _under_construction(error)
    finally:
        state.called = called
    return set()


def _under_construction(error: BaseException) -> set[int]:
    frames = [frame for frame, _ in traceback_frames(error.__traceback__)]
    return {id(f.f_locals.get("self")) for f in frames if f.f_code.co_name == "__init__"}


def _kinds(module: Any) -> set[type]:
    """The classes that a module is made of."""
    return {type(m) for m in module.modules()} if isinstance(module, nn.Module) else set()


def _arguments(function: Any) -> dict[str, Any] | None:
    """What a function must be given, where that is a number of classes, a switch or a rate, which no shape inside the
    model follows from; None where it is something else."""
    found: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty or parameter.kind not in (0, 1, 3):
            continue
        value = byname.value(parameter.name)
        if parameter.kind == 0 or not (isinstance(value, (bool, float)) or byname.is_classes(parameter.name)):
            return None
        found[parameter.name] = value
    return found


def _names(definition: ast.FunctionDef) -> set[str]:
    return {n.id for n in ast.walk(definition) if isinstance(n, ast.Name)}
