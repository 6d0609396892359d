"""Lightning's Trainer: each step that the user wrote, on the first and last batches."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.lightning.module import LightningDataModule, LightningModule, nothing, optimizers_in

BATCHES = 5
"""Batches of a loader that are run: a DataLoader gives its first ones and its last."""


def moved(value: Any, device: Any) -> Any:
    """A batch on the device."""
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, dict):
        return {k: moved(v, device) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        made = [moved(v, device) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value


class Trainer:
    """Runs each of the user's steps a few times."""

    current_epoch = global_step = global_rank = local_rank = 0
    is_global_zero = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.max_epochs = kwargs.get("max_epochs", 1)
        asked = (kwargs.get("accelerator"), bool(kwargs.get("gpus")))
        self._device = "cuda" if asked[0] in ("gpu", "cuda") or asked[1] else None
        self.callbacks, self.logger = kwargs.get("callbacks"), kwargs.get("logger", Unknown("logger"))
        self.training = False
        self.datamodule: Any = None

    @classmethod
    def from_argparse_args(cls, args: Any, **kwargs: Any) -> Trainer:
        """Settings do not matter."""
        return cls(**kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def fit(
        self,
        model: Any = None,
        train_dataloaders: Any = None,
        val_dataloaders: Any = None,
        datamodule: Any = None,
        **kwargs: Any,
    ) -> None:
        """Train and validate on a few batches."""
        train = train_dataloaders if train_dataloaders is not None else kwargs.get("train_dataloader")
        if isinstance(train, LightningDataModule):
            train, datamodule = None, train
        if not self._begin(model, datamodule, "fit"):
            return
        model._sw_optimizers = optimizers_in(model.configure_optimizers())
        train = self._loader(train, model, datamodule, "train_dataloader")
        val = self._loader(val_dataloaders, model, datamodule, "val_dataloader")
        self._train(model, train)
        self._evaluate(model, val, "validation")
        _call(model, "on_fit_end")

    def validate(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        """Run `validation_step`."""
        return self._alone(model, dataloaders, datamodule, "validate", "val_dataloader", "validation")

    def test(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        """Run `test_step`."""
        return self._alone(model, dataloaders, datamodule, "test", "test_dataloader", "test")

    def predict(self, model: Any = None, dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> Any:
        """Run `predict_step`, or the model."""
        return self._alone(model, dataloaders, datamodule, "predict", "predict_dataloader", "predict")

    def _alone(self, model: Any, loaders: Any, datamodule: Any, stage: str, name: str, step: str) -> Any:
        if isinstance(loaders, LightningDataModule):
            loaders, datamodule = None, loaders
        model = model if model is not None else self.__dict__.get("model")
        if not self._begin(model, datamodule, stage):
            return Unknown("results")
        return self._evaluate(model, self._loader(loaders, model, datamodule, name), step)

    def _begin(self, model: Any, datamodule: Any, stage: str) -> bool:
        if not isinstance(model, nn.Module):
            return False
        self.model = model
        model.__dict__["trainer"] = self
        if self._device is not None:
            model.to(self._device)
        self.datamodule = datamodule if datamodule is not None else self.datamodule
        for owner in (self.datamodule, model):
            if owner is not None and not is_unknown(owner):
                _call(owner, "prepare_data")
                _call(owner, "setup", stage)
        return True

    def _loader(self, given: Any, model: Any, datamodule: Any, name: str) -> Any:
        if given is not None:
            return given
        for owner in (datamodule if datamodule is not None else self.datamodule, model):
            make = getattr(owner, name, None) if owner is not None else None
            if callable(make) and (found := make()) is not None:
                return found
        return None

    def _batches(self, loader: Any, model: Any) -> Iterator[tuple[int, Any]]:
        loaders = (
            loader
            if isinstance(loader, (list, tuple))
            else list(loader.values())
            if isinstance(loader, dict)
            else [loader]
        )
        for one in loaders:
            if one is None or is_unknown(one) or not isinstance(one, Iterable):
                continue
            for number, batch in enumerate(itertools.islice(one, BATCHES)):
                yield number, moved(batch, model.device if isinstance(model, LightningModule) else "cpu")

    def _train(self, model: Any, loader: Any) -> None:
        if not hasattr(type(model), "training_step"):
            return
        model.train()
        for name in ("on_fit_start", "on_train_start", "on_train_epoch_start"):
            _call(model, name)
        outputs: list[Any] = []
        for number, batch in self._batches(loader, model):
            several = (
                len(model._sw_optimizers) if "optimizer_idx" in inspect.signature(model.training_step).parameters else 1
            )
            for index in range(max(1, several)):
                out = _step(model.training_step, batch, number, index)
                outputs.append(out)
                loss = out.get("loss") if isinstance(out, dict) else out
                if model.automatic_optimization and isinstance(loss, torch.Tensor):
                    loss.backward()
                    for optimizer in model._sw_optimizers:
                        optimizer.step()
                        optimizer.zero_grad()
        _call(model, "training_epoch_end", outputs)
        for name in ("on_train_epoch_end", "on_train_end"):
            _call(model, name)

    def _evaluate(self, model: Any, loader: Any, kind: str) -> Any:
        step = getattr(model, f"{kind}_step", None)
        if step is None and kind == "predict":
            step = model
        if step is None or loader is None:
            return [{}]
        model.eval()
        outputs: list[Any] = []
        with torch.no_grad():
            for name in (f"on_{kind}_start", f"on_{kind}_epoch_start"):
                _call(model, name)
            for number, batch in self._batches(loader, model):
                outputs.append(step(batch) if step is model else _step(step, batch, number, 0))
            _call(model, f"{kind}_epoch_end", outputs)
            for name in (f"on_{kind}_epoch_end", f"on_{kind}_end"):
                _call(model, name)
        model.train()
        return outputs if kind == "predict" else [{}]


def _call(owner: Any, name: str, *args: Any) -> Any:
    hook = getattr(type(owner), name, None)
    if hook is None or hook is nothing:
        return None
    hook = getattr(owner, name)
    try:
        inspect.signature(hook).bind(*args)
    except TypeError:
        args = ()
    return hook(*args)


def _step(step: Callable[..., Any], batch: Any, number: int, optimizer: int) -> Any:
    """Call a step with as many arguments as it takes."""
    names = list(inspect.signature(step).parameters)
    values = {
        "batch_idx": number,
        "batch_nb": number,
        "optimizer_idx": optimizer,
        "dataloader_idx": 0,
        "hiddens": Unknown("hiddens"),
    }
    given = [batch]
    for position, name in enumerate(names[1:], 1):
        if name in values:
            given.append(values[name])
        elif position == 1:
            given.append(number)
        else:
            break
    return step(*given[: len(names)] if not any("args" in n for n in names) else given)
