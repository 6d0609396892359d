"""Small stand-ins for packages that scripts import and this machine may lack,
where a plain Unknown would lose too much.

One file for each package. Its `MODULES` names the modules that have contents; all others of the package exist and
hold Unknown.
Some packages are stood in for where they are installed too: they draw, log or write, and no shape depends on them.
"""

from __future__ import annotations

import importlib.machinery
from types import ModuleType
from typing import Any

from shapewright.worker.stand_ins import (
    accelerate,
    arrays,
    configs,
    distributed,
    einops,
    files,
    gym,
    hub_data,
    hugging,
    installed,
    kit,
    lightning,
    logging_tools,
    opencv,
    pandas,
    pil,
    plotting,
    processes,
    sampling,
    skimage,
    sklearn,
    tqdm,
    vision,
    yaml,
)

_MISSING: dict[str, kit.Modules] = {
    "PIL": pil.MODULES,
    "torchvision": vision.MODULES,
    "accelerate": accelerate.MODULES,
    "pandas": pandas.MODULES,
    "sklearn": sklearn.MODULES,
    "einops": einops.MODULES,
    "transformers": hugging.MODULES,
    "datasets": hub_data.MODULES,
    "cv2": opencv.MODULES,
    "skimage": skimage.MODULES,
    "yaml": yaml.MODULES,
    **gym.MODULES,
    **lightning.MODULES,
    **configs.MODULES,
}
"""Packages with a stand-in for where they are missing."""
_ALWAYS: dict[str, kit.Modules] = {"tqdm": tqdm.MODULES, **plotting.MODULES, **logging_tools.MODULES}
"""Packages that are never loaded."""
_PARTS: kit.Modules = logging_tools.TENSORBOARD
"""Modules of other packages that are never loaded."""


def patches() -> list[tuple[Any, str, Any]]:
    """What is replaced in torch and NumPy for the time of a run, as (owner, name, value)."""
    parts = (sampling, arrays, files, installed, processes, distributed)
    return [patch for part in parts for patch in part.patches()]


AfterImport = installed.AfterImport


def is_made_up(dataset: Any) -> bool:
    """Whether a data set, or the one behind it, has samples of our making."""
    for _ in range(8):
        if hasattr(type(dataset), "_sw_count"):
            return True
        parts = vars(dataset).get("datasets") if hasattr(dataset, "__dict__") else None
        inner = parts[0] if isinstance(parts, list) and parts else getattr(dataset, "dataset", None)
        if inner is None or kit.is_unknown(inner):
            return False
        dataset = inner
    return False


class _Loader:
    """Loads stand-ins."""

    def __init__(self, packages: dict[str, kit.Modules], parts: kit.Modules) -> None:
        self.packages, self.parts = packages, parts

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """A specification for a module that has a stand-in."""
        if name.partition(".")[0] in self.packages or name in self.parts:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # a loader needs no base class
        return None

    def create_module(self, spec: Any) -> None:
        """The default module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        vars(module)["__sw_stand_in__"] = True
        modules = self.packages.get(module.__name__.partition(".")[0], self.parts)
        contents = modules.get(module.__name__, dict)
        prefix = module.__name__ + "."
        children = {name.removeprefix(prefix).partition(".")[0] for name in modules if name.startswith(prefix)}
        kit.fill(module, contents(), children)


class Finder(_Loader):
    """Last in the search for modules: only what nobody else has."""

    def __init__(self) -> None:
        super().__init__(_MISSING, {})


class Instead(_Loader):
    """First in the search, behind the workspace's own files: what is never loaded."""

    def __init__(self) -> None:
        super().__init__(_ALWAYS, _PARTS)
