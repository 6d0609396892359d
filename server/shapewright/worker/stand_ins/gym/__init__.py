"""gym and gymnasium: spaces, wrappers, and the environments that come with them, whose episodes are short."""

from __future__ import annotations

from functools import partial
from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.gym import known, spaces, wrappers
from shapewright.worker.stand_ins.gym.env import Env


def _names(package: str) -> kit.Names:
    make = partial(known.make, package)
    return {"Env": Env, "make": make, "spaces": _module(package, "spaces"), **spaces.NAMES, **wrappers.BASES}


def _module(package: str, name: str) -> Any:
    import importlib

    return importlib.import_module(f"{package}.{name}")


def _modules(package: str) -> kit.Modules:
    return {
        package: lambda: _names(package),
        f"{package}.spaces": lambda: spaces.NAMES,
        f"{package}.wrappers": lambda: wrappers.NAMES,
        f"{package}.core": lambda: {"Env": Env, **wrappers.BASES},
        f"{package}.vector": lambda: {"make": partial(wrappers.make_vector, package), **wrappers.VECTORS},
    }


MODULES: dict[str, kit.Modules] = {package: _modules(package) for package in ("gym", "gymnasium")}
