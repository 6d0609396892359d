"""A module in the place of one that nobody described: it takes anything and hands its first tensor on."""

from __future__ import annotations

import re
from typing import Any

from torch import nn

from shapewright.worker.probing import tensors_in
from shapewright.worker.targets import byname
from shapewright.worker.targets.usage import Use
from shapewright.worker.unknown import Unknown


class Part(nn.Module):
    """`answers`: how many values are unpacked from its output. Its sizes are what their names suggest."""

    def __init__(self, answers: int = 0, profile: int = 0) -> None:
        super().__init__()
        self.answers, self.profile = answers, profile

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in self.__dict__.get("_modules", {}):
            return super().__getattr__(name)
        found = byname.settled(byname.value(name, self.profile), False, True)
        if found is None:
            return super().__getattr__(name)
        return found

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The first tensor among the arguments."""
        found = next(iter(tensors_in((args, kwargs))), None)
        first = Unknown() if found is None else found
        return (first, *(Unknown() for _ in range(self.answers - 1))) if self.answers > 1 else first


def annotated_module(annotation: Any, text: str, namespace: dict[str, Any]) -> type | None:
    """The class of modules that an annotation names."""
    classes = [annotation] if isinstance(annotation, type) else [namespace.get(w) for w in re.findall(r"[\w.]+", text)]
    for found in classes:
        if isinstance(found, type) and issubclass(found, nn.Module) and not found.__module__.startswith("torch"):
            return found
    return None


def selected(use: Use, namespace: dict[str, Any], profile: int) -> Any:
    """A key of the table that an argument chooses from, or a number that it is compared with; None for neither."""
    for name in use.selects:
        table = namespace.get(name)
        if isinstance(table, dict) and table:
            keys: list[Any] = list(table)
            return keys[min(profile, len(keys) - 1)]
    options = list(dict.fromkeys(use.choices))
    return options[min(profile, len(options) - 1)] if len(options) > 1 else None
