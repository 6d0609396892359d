"""What one forward costs: floating point operations, and the most bytes that its tensors take at once."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from shapewright import wire
from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.ranges import Unsure
from shapewright.worker.contracts.symbols import Symbols
from shapewright.worker.flops import Flops
from shapewright.worker.info import no_dispatch
from shapewright.worker.probing import tensors_in

BATCHES = (2, 4, 8)
"""Sizes of the batch through which the amounts are continued, where they lie on a line."""


class Held(TorchDispatchMode):
    """The bytes of the tensors that were made while it is entered and that still live. `peak` is the most at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given = {_storage(t) for t in tensors_in((args, kwargs or {}))}
        for tensor in tensors_in(result):
            self._note(tensor, given)
        return result

    def _note(self, tensor: torch.Tensor, given: set[int]) -> None:
        key = _storage(tensor)
        if not key or key in self._alive or key in given:
            return
        with no_dispatch():
            storage = tensor.untyped_storage()
            size = int(storage.nbytes())
        self._alive[key] = size
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self.now -= self._alive.pop(key, 0)


def _storage(tensor: torch.Tensor) -> int:
    try:
        with no_dispatch():
            return tensor.untyped_storage()._cdata
    except Exception:  # sparse and nested tensors have none
        return 0


@dataclass(frozen=True)
class Cost:
    """Of one run."""

    flops: int
    memory: int


def measured(asker: Asker, sizes: Any, training: bool) -> Cost | None:
    """What a run costs; in training with the graph that the backward pass needs."""
    flops, held = Flops(), Held()
    probe = asker.once(sizes, training, torch.set_grad_enabled(training), held, flops)
    return Cost(flops.taken(), held.peak) if probe.passed else None


def find(asker: Asker, found: Symbols, batch: str, training: bool) -> dict[str, wire.Growth | None]:
    """The amounts by their names in the contract."""
    symbol = next((s for s in found.free if s.name == batch), None)
    points = [b for b in BATCHES if symbol is not None and (symbol.range is None or symbol.range.holds(b))]
    points = points if len(points) == len(BATCHES) else []

    def amounts(mode: bool) -> list[Cost]:
        try:
            each = [measured(asker, found.at({batch: b} if points else {}), mode) for b in points or (0,)]
        except Unsure:
            return []
        return [cost for cost in each if cost is not None] if all(each) else []

    def growth(values: list[int]) -> wire.Growth | None:
        if not values:
            return None
        if not points:
            return wire.Growth(values[0])
        each = (values[1] - values[0]) // (points[1] - points[0])
        fixed = values[0] - each * points[0]
        near = abs(fixed + each * points[2] - values[2]) <= values[2] // 50
        return wire.Growth(max(fixed, 0), each) if near else None

    plain = amounts(False) if not training else []
    trained = amounts(True)
    return {
        "flops": growth([c.flops for c in plain or trained]),
        "memory": growth([c.memory for c in plain]),
        "training_memory": growth([c.memory for c in trained]),
    }
