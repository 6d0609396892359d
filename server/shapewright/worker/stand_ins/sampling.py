"""Samplers and splits of torch.utils.data without chance: how many samples there are counts, not which comes first.

A shuffled order computed on fakes would be a list of unknown numbers as long as the data set.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import torch.utils.data as data
import torch.utils.data._utils.collate as collating
import torch.utils.data.dataset as datasets

from shapewright.worker.stand_ins import unread
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, soft
from shapewright.worker.unknown import SoftInt

_split = data.random_split
_samples: Any = data.RandomSampler.num_samples


def patches() -> list[tuple[Any, str, Any]]:
    """What to replace for the time of a run."""

    def shuffled(self: Any) -> Iterator[int]:
        count = len(self.data_source)
        return itertools.islice(itertools.cycle(range(count)) if count else iter(()), self.num_samples)

    def samples(self: Any) -> Any:
        # A data set that is empty here mostly lists files that only another machine has: nobody knows how many.
        count = _samples.fget(self)
        return MAGIC if type(count) is int and count == 0 and self._num_samples is None else count

    def subset(self: Any) -> Iterator[Any]:
        return iter(self.indices)

    def weighted(self: Any) -> Iterator[int]:
        return itertools.islice(itertools.cycle(range(len(self.weights))), self.num_samples)

    def unknown(batch: Any, *, collate_fn_map: Any = None) -> Any:
        made = unread.collated(batch)
        return Unknown("batch") if made is None else made

    return [
        (collating, "default_collate_fn_map", {**collating.default_collate_fn_map, Unknown: unknown}),
        (data.RandomSampler, "__iter__", shuffled),
        (data.RandomSampler, "num_samples", property(samples)),
        (data.SubsetRandomSampler, "__iter__", subset),
        (data.WeightedRandomSampler, "__iter__", weighted),
        (data, "random_split", random_split),
        (datasets, "random_split", random_split),
    ]


def random_split(dataset: Any, lengths: Any, generator: Any = None) -> Any:
    """The parts in order. PyTorch itself refuses lengths that do not add up."""
    if is_unknown(dataset) or is_unknown(lengths):
        return [dataset] * (2 if is_unknown(lengths) else len(lengths))
    count = len(dataset)
    sizes = list(lengths)
    if any(is_unknown(size) for size in sizes):
        return [dataset] * len(sizes)
    if soft(count) or any(type(size) is SoftInt for size in sizes):  # parts of unknown length too
        return [data.Subset(dataset, list(range(min(count, MAGIC)))) for _ in sizes]
    if math.isclose(sum(sizes), 1) and sum(sizes) <= 1 and all(0 <= size <= 1 for size in sizes):
        parts = [math.floor(count * size) for size in sizes]
        for index in range(count - sum(parts)):
            parts[index % len(parts)] += 1
        sizes = parts
    elif sum(sizes) != count:
        return _split(dataset, lengths)
    subsets: list[Any] = []
    start = 0
    for size in map(int, sizes):
        subsets.append(data.Subset(dataset, list(range(start, start + size))))
        start += size
    return subsets
