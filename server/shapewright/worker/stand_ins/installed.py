"""Packages that are installed, changed as they are imported: their data sets touch no file,
their models load no weights.

What was changed stays so while the session lives; nothing but analyses runs in it.
"""

from __future__ import annotations

import importlib.machinery
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
import torch.hub

from shapewright.worker.stand_ins import checkpoints, kit, pil
from shapewright.worker.stand_ins.einops import absorbing
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.vision import datasets, folder, functional, reading

_DETAILS = frozenset(
    (
        "__module__",
        "__dict__",
        "__weakref__",
        "__doc__",
        "__qualname__",
        "__parameters__",
        "__orig_bases__",
        "__annotations__",
    )
)
_REPLACED = frozenset(("classes", "class_to_idx", "train_labels", "test_labels", "train_data", "test_data"))


def graft(real: type, ours: type) -> None:
    """Give a class of the real package the behaviour of ours, so that it stays itself to `isinstance` and to
    subclasses."""
    for name in [n for n, v in vars(real).items() if n in _REPLACED and isinstance(v, property)]:
        delattr(real, name)
    for cls in reversed(ours.__mro__):
        if cls is datasets.VisionDataset or not cls.__module__.startswith(("shapewright", "torchvision")):
            continue
        for name, value in vars(cls).items():
            if name not in _DETAILS:
                setattr(real, name, value)


def _data_sets(module: ModuleType) -> None:
    ours = {
        **datasets.CLASSES,
        "DatasetFolder": folder.DatasetFolder,
        "ImageFolder": folder.ImageFolder,
    }
    for name, cls in ours.items():
        real = getattr(module, name, None)
        if isinstance(real, type):
            graft(real, cls)


def _functional(module: ModuleType) -> None:
    """Pictures of unknown size go through our functions."""
    for name in (
        "resize",
        "pad",
        "to_tensor",
        "pil_to_tensor",
        "rotate",
        "five_crop",
        "ten_crop",
        "rgb_to_grayscale",
        "to_grayscale",
        "crop",
        "center_crop",
    ):
        real, ours = getattr(module, name, None), getattr(functional, name)
        if callable(real):
            setattr(module, name, _either(real, ours))
    for name in (*functional.COLORED.split(), *functional.SAME.split()):
        real = getattr(module, name, None)
        if callable(real):
            setattr(module, name, _either(real, functional.same))


_PICTURES_ONLY = (functional.to_tensor, functional.pil_to_tensor, functional.to_grayscale)


def _either(real: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    def function(img: Any = None, *args: Any, **kwargs: Any) -> Any:
        if is_unknown(img):
            return img
        refused = (
            isinstance(img, torch.Tensor) and ours in _PICTURES_ONLY
        )  # the real message would name the class of a fake
        if refused or isinstance(img, pil.ImageMethods):
            return ours(img, *args, **{k: v for k, v in kwargs.items() if k != "antialias"})
        return real(img, *args, **kwargs) if img is not None else real(*args, **kwargs)

    function.__name__ = getattr(real, "__name__", "function")
    return function


def _image(module: Any) -> None:
    """A picture whose file is not there has an unknown size."""
    plain, from_array = module.open, module.fromarray

    def open_image(fp: Any = None, *args: Any, **kwargs: Any) -> Any:
        if is_unknown(fp):
            return pil.new(pil.ANY_MODE, (kit.MAGIC, kit.MAGIC))
        try:
            return plain(fp, *args, **kwargs)
        except OSError:
            return pil.new(pil.ANY_MODE, (kit.MAGIC, kit.MAGIC))

    def fromarray(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        return pil.new(pil.ANY_MODE, (kit.MAGIC, kit.MAGIC)) if is_unknown(obj) else from_array(obj, *args, **kwargs)

    module.open, module.fromarray = open_image, fromarray


def load_state_dict_from_url(*args: Any, **kwargs: Any) -> Any:
    """Nothing is downloaded."""
    return checkpoints.Checkpoint()


def _weights(module: Any) -> None:
    module.load_state_dict_from_url = load_state_dict_from_url


def hub_load(repo_or_dir: Any = None, model: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`torch.hub.load`: torchvision's models are built, others are Unknown."""
    if isinstance(repo_or_dir, str) and repo_or_dir.startswith("pytorch/vision") and isinstance(model, str):
        import torchvision  # type: ignore[import-not-found]  # the real one, or the stand-in

        build = getattr(torchvision.models, model, None)
        kept = {
            k: v
            for k, v in kwargs.items()
            if k not in ("force_reload", "trust_repo", "verbose", "skip_validation", "source")
        }
        return build(*args, **kept) if callable(build) else Unknown("model")
    return Unknown("model")


def patches() -> list[tuple[Any, str, Any]]:
    """What is replaced in torch for the time of a run."""
    return [
        (torch.hub, "load", hub_load),
        (torch.hub, "load_state_dict_from_url", load_state_dict_from_url),
        (torch.hub, "download_url_to_file", lambda *a, **k: None),
    ]


AFTER: dict[str, Callable[[Any], None]] = {
    **checkpoints.AFTER,
    **absorbing.AFTER,
    "PIL.Image": _image,
    "torchvision.datasets": _data_sets,
    "torchvision.transforms.functional": _functional,
    "torchvision.io.image": reading.where_missing,
    "torchvision.models._api": _weights,
    "torchvision._internally_replaced_utils": _weights,
}


class _Then:
    """A loader that changes the module when it was loaded."""

    def __init__(self, loader: Any, change: Callable[[Any], None]) -> None:
        self._loader, self._change = loader, change

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._change(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class AfterImport:
    """A finder, early in the search, for installed modules that are changed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """The module's own specification with our loader around its loader."""
        if name not in AFTER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, AFTER[name])  # type: ignore[assignment]  # a loader needs no base class
        return spec
