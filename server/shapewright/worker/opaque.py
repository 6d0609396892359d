"""Modules that nobody knows, inside of those that are known."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.unknown import Unknown


class OpaqueModule(torch.nn.Module):
    """In the place of an Unknown that a ModuleList or another module gets as its child, so that it counts as one."""

    def __init__(self) -> None:
        super().__init__()
        # So that an optimizer has something to train; registering would ask `hasattr`, which all names pass.
        self._parameters["unknown"] = torch.nn.Parameter(torch.zeros(1))

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("__"):
                raise
            return Unknown(name)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Unknown."""
        return Unknown()


def patches() -> list[tuple[Any, str, Any]]:
    """What is replaced in torch."""
    plain = torch.nn.Module.add_module

    def add_module(self: torch.nn.Module, name: str, module: Any) -> None:
        plain(self, name, OpaqueModule() if type(module) is Unknown else module)

    return [(torch.nn.Module, "add_module", add_module)]
