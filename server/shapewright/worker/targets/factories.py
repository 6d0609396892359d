"""Functions of the file that need no arguments and make an instance of a class, or call one: `resnet18()`, `test()`."""

from __future__ import annotations

import ast
import inspect
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

from shapewright.worker.info import is_soft
from shapewright.worker.probing import Stop, probing, tensors_in
from shapewright.worker.state import OutOfTime, State
from shapewright.worker.targets.usage import Sources
from shapewright.worker.unknown import Unknown, is_unknown

TRIED = 3
SECONDS = 1.0
_WORK = re.compile(r"train|main|run|fit|evaluat|download|benchmark|profile|plot|visuali", re.I)


class _Called(BaseException):
    """The class was called."""

    def __init__(self, module: Any, args: Any, kwargs: Any) -> None:
        super().__init__()
        self.module, self.args_given, self.kwargs_given = module, args, kwargs


def instance(cls: type, namespace: dict[str, Any], state: State, sources: Sources) -> tuple[Any, str] | None:
    """An instance that a function of the file makes, and the expression."""
    for name, function in _mentioning(cls, namespace, sources, returning=True):
        found = _inside(_run(function, state), cls)
        if found is not None:
            return found, f"{name}()"
    return None


def call(cls: type, namespace: dict[str, Any], state: State, sources: Sources) -> tuple[Any, Any, Any, str] | None:
    """The first call of an instance in a function of the file that nobody called: instance, arguments, function."""
    for name, function in _mentioning(cls, namespace, sources, returning=False):

        def stop(self: Any, *args: Any, **kwargs: Any) -> Any:
            raise _Called(self, args, kwargs)

        before = vars(cls).get("__call__")
        cls.__call__ = stop
        try:
            _run(function, state)
        except _Called as called:
            given = [*called.args_given, *called.kwargs_given.values()]
            if not any(is_unknown(v) for v in given) and not any(is_soft(t) for t in tensors_in(given)) and given:
                return called.module, called.args_given, called.kwargs_given, name
        finally:
            if before is None:
                del cls.__call__
            else:
                cls.__call__ = before
    return None


def _run(function: Callable[[], Any], state: State) -> Any:
    limit = state.limit
    state.limit = min(limit, time.monotonic() - state.started + SECONDS)
    called = set(state.called)
    try:
        with probing(state):
            return function()
    except OutOfTime:
        if time.monotonic() - state.started > limit:
            raise
    except (Stop, Exception, SystemExit):
        return None
    finally:
        state.limit, state.called = limit, called
    return None


def _inside(made: Any, cls: type) -> Any:
    for item in made if isinstance(made, (tuple, list)) else (made,):
        if type(item) is cls:
            return item
        if isinstance(item, nn.Module) and not isinstance(item, Unknown):
            found = next((m for m in item.modules() if type(m) is cls), None)
            if found is not None:
                return found
    return None


def _mentioning(cls: type, namespace: dict[str, Any], sources: Sources, returning: bool) -> Iterator[tuple[str, Any]]:
    """Functions without required arguments in whose text the class, or a function that mentions it, is named."""
    functions: dict[str, Any] = {
        n: f
        for n, f in namespace.items()
        if inspect.isfunction(f) and f.__module__ == "__main__" and not n.startswith("__")
    }
    definitions = {n: d for n, f in functions.items() if (d := sources.function(f)) is not None}
    named = {n: _names(d) for n, d in definitions.items()}
    wanted = {cls.__name__}
    for _ in range(3):
        wanted |= {n for n, names in named.items() if names & wanted}
    tried = 0
    for name, definition in definitions.items():
        if name not in wanted or tried >= TRIED:
            continue
        parameters = inspect.signature(functions[name]).parameters.values()
        if any(p.default is p.empty and p.kind in (0, 1, 3) for p in parameters):
            continue
        returns = any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(definition))
        if returning and (not returns or _WORK.search(name)):
            continue
        tried += 1
        yield name, functions[name]


def _names(definition: ast.FunctionDef) -> set[str]:
    return {n.id for n in ast.walk(definition) if isinstance(n, ast.Name)}
