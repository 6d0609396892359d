"""wandb, TensorBoard, MLflow, summaries of models: nothing is logged; what they run, is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown


class Config:
    """wandb's config: items and attributes; what it does not have is Unknown, since a sweep may bring it."""

    def __init__(self, values: Any = None) -> None:
        self.__dict__["_items"] = {}
        self.update(values)

    def update(self, values: Any = None, *args: Any, **kwargs: Any) -> None:
        """More items."""
        if values is None or is_unknown(values):
            return
        found = values if isinstance(values, dict) else vars(values) if hasattr(values, "__dict__") else {}
        self._items.update(
            {
                k: v.get("value", v.get("values", [Unknown()])[0])
                if isinstance(v, dict) and v.keys() & {"value", "values"}
                else v
                for k, v in found.items()
            }
        )

    setdefaults = update

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__dict__["_items"].get(name, Unknown(name))

    def __setattr__(self, name: str, value: Any) -> None:
        self._items[name] = value

    def __getitem__(self, name: Any) -> Any:
        return self._items.get(name, Unknown(str(name)))

    def __setitem__(self, name: Any, value: Any) -> None:
        self._items[name] = value

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def get(self, name: Any, default: Any = None) -> Any:
        """An item or the default."""
        return self._items.get(name, default)

    def keys(self) -> Any:
        """The names."""
        return self._items.keys()

    def items(self) -> Any:
        """Names and values."""
        return self._items.items()

    def as_dict(self) -> dict[str, Any]:
        """A plain dictionary."""
        return dict(self._items)


class Run:
    """A run that goes nowhere."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)


def _wandb() -> kit.Names:
    config = Config()
    sweeps: dict[str, Any] = {}

    def init(*args: Any, config: Any = None, **kwargs: Any) -> Run:
        shared.update(config)
        return Run(shared)

    def sweep(sweep: Any = None, *args: Any, **kwargs: Any) -> str:
        sweeps["parameters"] = sweep.get("parameters") if isinstance(sweep, dict) else None
        return "sweep"

    def agent(sweep_id: Any = None, function: Any = None, *args: Any, **kwargs: Any) -> None:
        shared.update(sweeps.get("parameters"))
        if callable(function):
            function()

    shared = config
    return {
        "init": init,
        "config": config,
        "sweep": sweep,
        "agent": agent,
        "run": Run(config),
        "log": _nothing,
        "watch": _nothing,
        "finish": _nothing,
        "login": lambda *a, **k: True,
    }


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


class SummaryWriter:
    """TensorBoard's writer writes nothing; a graph means that the model is run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.log_dir = "runs"

    def add_graph(self, model: Any, input_to_model: Any = None, *args: Any, **kwargs: Any) -> None:
        """Run the model, as tracing does."""
        if input_to_model is not None and not is_unknown(model):
            model(*(input_to_model if isinstance(input_to_model, (tuple, list)) else (input_to_model,)))

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _tensorboard() -> kit.Names:
    return {"SummaryWriter": SummaryWriter, "FileWriter": SummaryWriter}


def _run_on(model: Any, sizes: Any, batch: int | None, dtypes: Any, device: Any) -> None:
    several = isinstance(sizes, list) or (
        isinstance(sizes, tuple) and bool(sizes) and isinstance(sizes[0], (tuple, list))
    )
    shapes = (
        [tuple(s) for s in sizes]
        if several and sizes and isinstance(sizes[0], (tuple, list, torch.Size))
        else [tuple(sizes)]
    )
    inputs: list[Any] = []
    for number, shape in enumerate(shapes):
        dtype = dtypes[number] if isinstance(dtypes, (list, tuple)) and number < len(dtypes) else torch.float32
        full = shape if batch is None else (batch, *shape)
        made = torch.empty(tuple(map(kit.size_or_magic, full)), dtype=dtype)
        inputs.append(made.to(device) if device is not None else made)
    with torch.no_grad():
        model(*inputs)


def torchsummary(
    model: Any, input_size: Any = None, batch_size: Any = -1, device: Any = "cuda", *args: Any, **kwargs: Any
) -> Any:
    """torchsummary's `summary` runs the model on two samples of the size, on the GPU where there is one."""
    if input_size is None or is_unknown(input_size) or is_unknown(model) or isinstance(input_size, torch.Tensor):
        return Unknown("summary")
    first = next(iter(model.parameters()), None)
    _run_on(model, input_size, 2, None, first.device if first is not None else None)
    return Unknown("summary")


def torchinfo(model: Any, input_size: Any = None, input_data: Any = None, *args: Any, **kwargs: Any) -> Any:
    """torchinfo's `summary` runs the model on a tensor of the size, or on the data."""
    if is_unknown(model):
        return Unknown("summary")
    first = next(iter(model.parameters()), None)
    device = first.device if first is not None else None
    if input_data is not None and not is_unknown(input_data):
        with torch.no_grad():
            if isinstance(input_data, dict):
                model(**input_data)
            else:
                model(*(input_data if isinstance(input_data, (tuple, list)) else (input_data,)))
    elif input_size is not None and not is_unknown(input_size):
        batch = kwargs.get("batch_dim")
        _run_on(model, input_size, 1 if batch is not None else None, kwargs.get("dtypes"), device)
    return Unknown("summary")


def _summary(function: Callable[..., Any]) -> Callable[[], kit.Names]:
    return lambda: {"summary": function}


MODULES: dict[str, kit.Modules] = {
    "wandb": {"wandb": _wandb},
    "tensorboard": {},
    "tensorboardX": {"tensorboardX": _tensorboard},
    "torchsummary": {"torchsummary": _summary(torchsummary), "torchsummary.torchsummary": _summary(torchsummary)},
    "torchinfo": {"torchinfo": _summary(torchinfo)},
    **{name: {} for name in ("mlflow", "comet_ml", "neptune", "aim", "clearml", "swanlab", "torchviz")},
}
TENSORBOARD: kit.Modules = {"torch.utils.tensorboard": _tensorboard, "torch.utils.tensorboard.writer": _tensorboard}
"""A part of torch itself, which needs a package that may be missing and writes files."""
