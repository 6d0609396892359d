"""LightningModule, LightningDataModule, Callback."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import torch
from torch import nn

from shapewright.worker.info import is_soft
from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown


class AttributeDict(dict[str, Any]):
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
        extra = next(
            (
                frame.f_locals[code.co_varnames[len(names)]]
                for _ in [0]
                if code.co_flags & inspect.CO_VARKEYWORDS
                and len(code.co_varnames) > len(names)
                and isinstance(frame.f_locals.get(code.co_varnames[len(names)]), dict)
            ),
            {},
        )
        self.hparams.update({**kept, **({} if wanted else extra)})


def nothing(*args: Any, **kwargs: Any) -> None:
    """What a hook does that nobody wrote."""
    return


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
                return nothing
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
        made = list(self._sw_optimizers) or optimizers_in(self.configureoptimizers_in())
        return made[0] if len(made) == 1 else made or Unknown("optimizers")

    def lr_schedulers(self) -> Any:
        """Unknown."""
        return Unknown("lr_schedulers")

    def configureoptimizers_in(self) -> Any:
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
        options = {
            k: v for k, v in kwargs.items() if k not in ("checkpoint_path", "map_location", "strict", "hparams_file")
        }
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
    f"on_{place}_{end}"
    for place in (
        "fit",
        "train",
        "validation",
        "test",
        "predict",
        "train_epoch",
        "validation_epoch",
        "test_epoch",
        "predict_epoch",
    )
    for end in ("start", "end")
) | {
    "on_before_backward",
    "on_after_backward",
    "on_before_optimizer_step",
    "on_before_zero_grad",
    "setup",
    "teardown",
    "prepare_data",
    "on_train_batch_start",
    "on_train_batch_end",
}


def optimizers_in(configured: Any) -> list[Any]:
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
    return [o for item in items for o in optimizers_in(item) if isinstance(item, (torch.optim.Optimizer, dict))]
