"""The snippets of the parity suite, one module for each topic.

A module holds `CASES`, a list of snippets; `tensors known by shape alone` decide each of them. Where the outcome hangs
on values that nobody knows before the program runs, the snippet stands in `BY_VALUE` with the reason: there the worker
may stay silent or leave a dimension open, but must not contradict PyTorch.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One snippet; `reason` says which unknown value its outcome hangs on."""

    code: str
    reason: str = ""


def _topics() -> dict[str, list[Case]]:
    topics: dict[str, list[Case]] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        by_value: dict[str, str] = getattr(module, "BY_VALUE", {})
        topics[info.name] = [Case(code) for code in module.CASES] + [Case(*pair) for pair in by_value.items()]
    return topics


TOPICS = _topics()
