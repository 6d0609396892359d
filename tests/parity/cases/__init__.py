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
    """One snippet; `reason` says which unknown value its outcome hangs on, `wording` whether texts are compared."""

    code: str
    reason: str = ""
    wording: bool = True


def _topics() -> dict[str, list[Case]]:
    topics: dict[str, list[Case]] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        by_value: dict[str, str] = getattr(module, "BY_VALUE", {})
        reworded: dict[str, str] = getattr(module, "REWORDED", {})
        topics[info.name] = [
            *(Case(code) for code in module.CASES),
            *(Case(code, wording=False) for code in reworded),
            *(Case(code, reason) for code, reason in by_value.items()),
        ]
    return topics


TOPICS = _topics()
