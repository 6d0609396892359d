"""Small stand-ins for packages that scripts import and this machine may lack, where a plain Unknown would lose too much."""

from __future__ import annotations

import importlib.machinery
from types import ModuleType
from typing import Any

from shapewright.worker.stand_ins import tqdm

_MAKERS: dict[str, Any] = {"tqdm": tqdm.fill}


class Finder:
    """Last in the search for modules: only what nobody else has."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """A specification for a package that has a stand-in."""
        if name.partition(".")[0] in _MAKERS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        """The default module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        module.__sw_stand_in__ = True  # type: ignore[attr-defined]
        _MAKERS[module.__name__.partition(".")[0]](module)
