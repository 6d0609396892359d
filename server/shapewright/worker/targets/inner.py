"""Classes that another target of the file calls: the order in which they are run, and what they were called with."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Generator
from typing import Any

from torch import nn

from shapewright.worker.info import is_soft
from shapewright.worker.probing import tensors_in
from shapewright.worker.state import State
from shapewright.worker.targets.usage import Sources
from shapewright.worker.unknown import is_unknown

Given = list[tuple[str, Any, None]]


class Inner:
    """The first call of each class of the file while other targets were run and recorded."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.calls: dict[type, tuple[nn.Module, Given, Any]] = {}
        self.passed: set[type] = set()
        """The classes in whose call nothing failed."""

    @contextlib.contextmanager
    def seeing(self) -> Generator[None]:
        """Notes the calls that come to their end with inputs that are known."""
        plain = nn.Module.__call__

        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            before = self.state.refusals
            output = plain(module, *args, **kwargs)
            cls = type(module)
            values = [*args, *kwargs.values()]
            if (
                cls.__module__ == "__main__"
                and cls not in self.calls
                and not any(is_unknown(v) for v in (*values, output))
                and not any(is_soft(t) for t in tensors_in(values))
            ):
                if before == self.state.refusals:
                    self.passed.add(cls)
                with contextlib.suppress(TypeError, ValueError):
                    bound = inspect.signature(cls.forward).bind(module, *args, **kwargs).arguments
                    self.calls[cls] = module, [(n, v, None) for n, v in list(bound.items())[1:]], output
            return output

        nn.Module.__call__ = call  # type: ignore[method-assign]  # put back below
        try:
            yield
        finally:
            nn.Module.__call__ = plain  # type: ignore[method-assign]  # as it was


def depths(classes: dict[str, type], sources: Sources) -> dict[str, int]:
    """How deep each class is below those that make it: 0 where no other class of the file names it."""
    named: dict[str, set[str]] = {}
    for name, cls in classes.items():
        trees = [sources.function(f) for f in vars(cls).values() if inspect.isfunction(f)]
        named[name] = {n.id for t in trees if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)} - {name}
    found = dict.fromkeys(classes, 0)
    for _ in range(6):
        before = dict(found)
        for name, names in named.items():
            for other in names & found.keys():
                if name not in named[other]:
                    found[other] = max(found[other], min(found[name] + 1, 6))
        if found == before:
            break
    return found
