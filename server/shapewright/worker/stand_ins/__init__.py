"""Small stand-ins for packages that scripts import and this machine may lack, where a plain Unknown would lose too much.

One file for each package. Its `MODULES` names the modules that have contents; all others of the package exist and hold Unknown.
"""

from __future__ import annotations

import importlib.machinery
from types import ModuleType
from typing import Any

from shapewright.worker.stand_ins import arrays, kit, pil, sampling, tqdm, vision

_PACKAGES: dict[str, kit.Modules] = {
    "PIL": pil.MODULES,
    "torchvision": vision.MODULES,
    "tqdm": tqdm.MODULES,
}


def patches() -> list[tuple[Any, str, Any]]:
    """What is replaced in torch and NumPy for the time of a run, as (owner, name, value)."""
    return [*sampling.patches(), *arrays.patches()]


class Finder:
    """Last in the search for modules: only what nobody else has."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """A specification for a package that has a stand-in."""
        if name.partition(".")[0] in _PACKAGES:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        """The default module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        module.__sw_stand_in__ = True  # type: ignore[attr-defined]
        modules = _PACKAGES[module.__name__.partition(".")[0]]
        contents = modules.get(module.__name__, dict)
        prefix = module.__name__ + "."
        children = {name.removeprefix(prefix).partition(".")[0] for name in modules if name.startswith(prefix)}
        kit.fill(module, contents(), children)
