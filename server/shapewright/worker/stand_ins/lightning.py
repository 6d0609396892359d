"""Lightning: its modules are modules, and `Trainer.fit` runs each step that the user wrote on the first and last batches."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn

from shapewright.worker.info import is_soft
from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown

BATCHES = 5
"""Batches of a loader that are run: a DataLoader gives its first ones and its last."""


class AttributeDict(dict):  # type: ignore[type-arg]
    """Hyperparameters."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name] if name in self else Unknown(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class Hyperparameters:
    """`save_hyperparameters` for modules and data modules."""

    @property
    def hparams(self) -> AttributeDict:
        """What the constructor was given."""
        return self.__dict__.setdefault("_sw_hparams", AttributeDict())

    def save_hyperparameters(self, *args: Any, ignore: Any = None, frame: Any = None, **kwargs: Any) -> None:
        """Take the arguments of the constructor that calls."""
        frame = frame or sys._getframe(1)
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        given = {name: frame.f_locals[name] for name in names if name in frame.f_locals and name != "self"}
        for value in args:
            if isinstance(value, dict):
                given.update(value)
            elif not isinstance(value, str) and hasattr(value, "__dict__") and not is_unknown(value):
                given.update(vars(value))
        wanted = [value for value in args if isinstance(value, str)]
        skipped = [ignore] if isinstance(ignore, str) else list(ignore or ())
        kept = {n: v for n, v in given.items() if n not in skipped and (not wanted or n in wanted)}
        extra = next((frame.f_locals[code.co_varnames[len(names)]] for _ in [0] if code.co_flags & inspect.CO_VARKEYWORDS and len(code.co_varnames) > len(names) and isinstance(frame.f_locals.get(code.co_varnames[len(names)]), dict)), {})
        self.hparams.update({**kept, **({} if wanted else extra)})


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


class LightningModule(nn.Module, Hyperparameters):
    """A module with steps."""

    CHECKPOINT_HYPER_PARAMS_KEY = "hyper_parameters"
    current_epoch = global_step = global_rank = local_rank = 0
    automatic_optimization = True
    example_input_array: Any = None
    logger: Any = Unknown("logger")
    _sw_optimizers: Any = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.__dict__["trainer"] = Unknown("trainer")

    @property
    def device(self) -> Any:
        """Where the parameters are."""
        first = next(self.parameters(), None)
        return first.device if first is not None else torch.device("cpu")

    @property
    def dtype(self) -> Any:
        """The parameters' dtype."""
        first = next(self.parameters(), None)
        return first.dtype if first is not None else torch.float32

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name in _HOOKS:
                return _nothing
            raise

    def log(self, name: Any = None, value: Any = None, *args: Any, **kwargs: Any) -> None:
        """Nothing is logged; a value must be one number."""
        if isinstance(value, torch.Tensor) and not is_soft(value) and value.numel() != 1:
            text = f"`self.log({name}, tensor(...))` was called, but the tensor must have a single element."
            raise kit.real(ValueError(f"{text} You can try doing `self.log({name}, tensor(...).mean())`"))

    def log_dict(self, dictionary: Any = None, *args: Any, **kwargs: Any) -> None:
        """Several values."""
        for name, value in dictionary.items() if isinstance(dictionary, dict) else ():
            self.log(name, value)

    def clip_gradients(self, *args: Any, **kwargs: Any) -> None:
        """Values only."""

    print = toggle_optimizer = untoggle_optimizer = clip_gradients

    def all_gather(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """There is one process."""
        return data

    def manual_backward(self, loss: Any, *args: Any, **kwargs: Any) -> None:
        """`loss.backward()`."""
        loss.backward(*args, **kwargs)

    def optimizers(self, *args: Any, **kwargs: Any) -> Any:
        """The optimizer, or all of them."""
        made = list(self._sw_optimizers) or _optimizers(self.configure_optimizers())
        return made[0] if len(made) == 1 else made or Unknown("optimizers")

    def lr_schedulers(self) -> Any:
        """Unknown."""
        return Unknown("lr_schedulers")

    def configure_optimizers(self) -> Any:
        """None of the user's."""
        return None

    def freeze(self) -> None:
        """No gradients."""
        for parameter in self.parameters():
            parameter.requires_grad = False
        self.eval()

    def unfreeze(self) -> None:
        """Gradients."""
        for parameter in self.parameters():
            parameter.requires_grad = True
        self.train()

    def to_torchscript(self, *args: Any, **kwargs: Any) -> Any:
        """Itself."""
        return self

    to_onnx = clip_gradients

    @classmethod
    def load_from_checkpoint(cls, *args: Any, **kwargs: Any) -> Any:
        """A module with these arguments, where no others are needed."""
        options = {k: v for k, v in kwargs.items() if k not in ("checkpoint_path", "map_location", "strict", "hparams_file")}
        try:
            inspect.signature(cls).bind(**options)
        except TypeError:
            return Unknown("module")
        return cls(**options)


class LightningDataModule(Hyperparameters):
    """Loaders in one place."""

    trainer: Any = Unknown("trainer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def prepare_data(self) -> None:
        """Nothing."""

    def setup(self, stage: Any = None) -> None:
        """Nothing."""

    def teardown(self, stage: Any = None) -> None:
        """Nothing."""

    def train_dataloader(self) -> Any:
        """None."""
        return None

    val_dataloader = test_dataloader = predict_dataloader = train_dataloader


class Callback:
    """Does nothing of its own."""


_HOOKS = frozenset(
    f"on_{place}_{end}" for place in ("fit", "train", "validation", "test", "predict", "train_epoch", "validation_epoch", "test_epoch", "predict_epoch") for end in ("start", "end")
) | {"on_before_backward", "on_after_backward", "on_before_optimizer_step", "on_before_zero_grad", "setup", "teardown", "prepare_data", "on_train_batch_start", "on_train_batch_end"}


def _optimizers(configured: Any) -> list[Any]:
    """The optimizers in what `configure_optimizers` gave."""
    if configured is None or is_unknown(configured):
        return []
    if isinstance(configured, torch.optim.Optimizer):
        return [configured]
    if isinstance(configured, dict):
        return [configured["optimizer"]] if "optimizer" in configured else []
    items = list(configured)
    if len(items) == 2 and isinstance(items[0], (list, tuple)):
        items = list(items[0])
    return [o for item in items for o in _optimizers(item) if isinstance(item, (torch.optim.Optimizer, dict))]


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

    def fit(self, model: Any = None, train_dataloaders: Any = None, val_dataloaders: Any = None, datamodule: Any = None, **kwargs: Any) -> None:
        """Train and validate on a few batches."""
        train = train_dataloaders if train_dataloaders is not None else kwargs.get("train_dataloader")
        if isinstance(train, LightningDataModule):
            train, datamodule = None, train
        if not self._begin(model, datamodule, "fit"):
            return
        model._sw_optimizers = _optimizers(model.configure_optimizers())
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
        loaders = loader if isinstance(loader, (list, tuple)) else list(loader.values()) if isinstance(loader, dict) else [loader]
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
            several = len(model._sw_optimizers) if "optimizer_idx" in inspect.signature(model.training_step).parameters else 1
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
    if hook is None or hook is _nothing:
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
    values = {"batch_idx": number, "batch_nb": number, "optimizer_idx": optimizer, "dataloader_idx": 0, "hiddens": Unknown("hiddens")}
    given = [batch]
    for position, name in enumerate(names[1:], 1):
        if name in values:
            given.append(values[name])
        elif position == 1:
            given.append(number)
        else:
            break
    return step(*given[: len(names)] if not any("args" in n for n in names) else given)


@contextlib.contextmanager
def _context(*args: Any, **kwargs: Any) -> Iterator[None]:
    yield


kit.named("lightning", LightningModule, LightningDataModule, Trainer, Callback)


def _names() -> kit.Names:
    return {
        "LightningModule": LightningModule, "LightningDataModule": LightningDataModule, "Trainer": Trainer, "Callback": Callback,
        "seed_everything": lambda seed=None, *a, **k: seed, "__version__": "2.4.0",
    }  # fmt: skip


_PARTS = ("core", "core.module", "core.lightning", "callbacks", "callbacks.base", "trainer", "utilities", "loggers", "strategies", "utilities.types", "utilities.rank_zero")
MODULES: dict[str, kit.Modules] = {
    "pytorch_lightning": {"pytorch_lightning": _names, **{f"pytorch_lightning.{part}": _names for part in _PARTS}},
    "lightning": {"lightning": _names, "lightning.pytorch": _names, **{f"lightning.pytorch.{part}": _names for part in _PARTS}},
}
