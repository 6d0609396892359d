"""User modules leave `sys.modules` after each run, libraries stay: importing them again is what costs seconds."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from types import ModuleType


class Modules:
    """The modules that belong to the session rather than to a run."""

    def __init__(self) -> None:
        self._kept: dict[str, ModuleType] = dict(sys.modules)
        self._folders = library_folders()

    def user(self) -> set[str]:
        """Names of the modules that this run brought and that are not libraries; `__main__` among them."""
        return {"__main__", *(name for name in self._new() if not self.library(sys.modules.get(name)))}

    def libraries(self) -> set[str]:
        """Names of the libraries that this run imported."""
        return {name for name in self._new() if self.library(sys.modules.get(name))}

    def _new(self) -> list[str]:
        # Names only: to touch each module would copy the memory that a forked session shares.
        return [name for name in list(sys.modules) if name not in self._kept]

    def library(self, module: object) -> bool:
        """Whether the module is of the standard library or installed, and so does not change between runs."""
        spec = getattr(module, "__spec__", None)
        origin = getattr(spec, "origin", None)
        if origin in ("built-in", "frozen"):
            return True
        # A stand-in that user code or the analysis put there has neither a file nor a loader of its own.
        file = origin if isinstance(origin, str) else getattr(module, "__file__", None)
        if isinstance(file, str):
            return inside(file, self._folders)
        try:
            places: list[str] = list(getattr(spec, "submodule_search_locations", None) or ())
        except Exception:  # the path of a namespace package asks for its parent, which may be gone already
            return False
        return bool(places) and all(inside(place, self._folders) for place in places)

    def restore(self) -> None:
        """Remove user modules, and put back what user code replaced or removed."""
        for name in self.user():
            sys.modules.pop(name, None)
        for name in self.libraries():
            self._kept[name] = sys.modules[name]
        for name, module in self._kept.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module


def library_folders() -> tuple[str, ...]:
    """Where the standard library and installed packages are."""
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {*site.getsitepackages(), site.getusersitepackages()}
    # Debian's packages, and whatever else the interpreter itself put on its path.
    folders |= {
        path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages", "lib-dynload")
    }
    return tuple(sorted({os.path.realpath(f) for f in folders} | folders))


def inside(file: str, folders: tuple[str, ...]) -> bool:
    """Whether the file lies under one of the folders."""
    return any(file.startswith(folder + os.sep) or file == folder for folder in folders)
