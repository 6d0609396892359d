"""accelerate on one device: what is prepared stays what it is."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

import torch

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown


class Accelerator:
    """One process on the CPU."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.device = torch.device("cpu")
        self.is_main_process = self.is_local_main_process = self.is_last_process = True
        self.num_processes, self.process_index, self.local_process_index = 1, 0, 0
        self.sync_gradients, self.use_distributed = True, False
        self.mixed_precision = kwargs.get("mixed_precision", "no")
        self.gradient_accumulation_steps = kwargs.get("gradient_accumulation_steps", 1)

    def prepare(self, *args: Any, **kwargs: Any) -> Any:
        """What was given."""
        return args[0] if len(args) == 1 else args

    prepare_model = prepare_optimizer = prepare_data_loader = prepare_scheduler = prepare

    def backward(self, loss: Any, **kwargs: Any) -> None:
        """`loss.backward()`."""
        loss.backward(**kwargs)

    def gather(self, tensor: Any) -> Any:
        """There is one process."""
        return tensor

    gather_for_metrics = reduce = pad_across_processes = unwrap_model = gather

    def clip_grad_norm_(self, parameters: Any, max_norm: Any, *args: Any) -> Any:
        """torch's own."""
        return torch.nn.utils.clip_grad_norm_(parameters, max_norm)

    def clip_grad_value_(self, parameters: Any, clip_value: Any) -> None:
        """torch's own."""
        torch.nn.utils.clip_grad_value_(parameters, clip_value)

    @contextlib.contextmanager
    def accumulate(self, *models: Any) -> Generator[None]:
        """Nothing to wait for."""
        yield

    autocast = no_sync = join_uneven_inputs = main_process_first = local_main_process_first = accumulate

    def print(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is printed."""

    wait_for_everyone = log = init_trackers = end_training = save_state = save_model = free_memory = print

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)


MODULES: kit.Modules = {
    "accelerate": lambda: {"Accelerator": Accelerator},
    "accelerate.utils": dict,
    "accelerate.logging": dict,
}
