"""Batches of a DataLoader: the first ones and the last, through the real sampler, dataset and collate function."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown

FIRST = 3
WALK = 100_000


def batches(loader: Any, state: State) -> Iterator[Any]:
    """The first three batches and, where the length is known, the last: it may be smaller."""
    dataset = loader.dataset
    if type(dataset) is Unknown:
        yield Unknown("batch")
        return
    if loader._dataset_kind == 1:  # an iterable dataset has no indices
        yield from _from_iterable(loader, dataset)
        return
    sampler = loader.batch_sampler if loader.batch_sampler is not None else loader.sampler
    collate = loader.collate_fn
    for indices in _first_and_last(sampler):
        state.training_events += 1
        if loader.batch_sampler is None:
            yield collate(dataset[indices])
        elif hasattr(dataset, "__getitems__") and dataset.__getitems__:
            yield collate(dataset.__getitems__(indices))
        else:
            yield collate([dataset[index] for index in indices])


def _first_and_last(sampler: Any) -> Iterator[Any]:
    last = None
    for count, item in enumerate(itertools.islice(iter(sampler), WALK)):
        if count < FIRST:
            yield item
        else:
            last = item
    if last is not None:
        yield last


def _from_iterable(loader: Any, dataset: Any) -> Iterator[Any]:
    items = iter(dataset)
    if loader.batch_size is None:
        for item in itertools.islice(items, FIRST):
            yield loader.collate_fn(item)
        return
    for _ in range(FIRST):
        batch = list(itertools.islice(items, loader.batch_size))
        if not batch or (len(batch) < loader.batch_size and loader.drop_last):
            return
        yield loader.collate_fn(batch)
