"""Batches of a DataLoader: the first ones and the last, through the real sampler, dataset and collate function."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
import torch.utils.data as data

from shapewright.worker.info import ensure_info, info_of
from shapewright.worker.stand_ins import is_made_up
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown, is_soft_size

FIRST = 3
WALK = 100_000
_CHANCE = (data.RandomSampler, data.SubsetRandomSampler, data.WeightedRandomSampler)


class Batches:
    """What `iter(loader)` gives; PyTorch's own has no other method that programs call."""

    def __init__(self, loader: Any, state: State) -> None:
        self._items, self._loader = batches(loader, state), loader

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Any:
        return next(self._items)

    def __len__(self) -> int:
        return len(self._loader)


class _Workers(Batches):
    pass


Batches.__name__, _Workers.__name__ = "_SingleProcessDataLoaderIter", "_MultiProcessingDataLoaderIter"


def iterator(loader: Any, state: State) -> Batches:
    """The batches as PyTorch gives them, by its own process or by several."""
    return (_Workers if loader.num_workers else Batches)(loader, state)


def batches(loader: Any, state: State) -> Iterator[Any]:
    """The first three batches and, where the length is known, the last: it may be smaller."""
    dataset = loader.dataset
    if type(dataset) is Unknown:
        yield Unknown("batch")
        return
    if loader._dataset_kind == 1:  # an iterable dataset has no indices
        yield from _from_iterable(loader, dataset, state)
        return
    if hasattr(dataset, "__len__") and len(dataset) == 0:  # its files are elsewhere
        yield Unknown("batch")
        return
    sampler = loader.batch_sampler if loader.batch_sampler is not None else loader.sampler
    collate = loader.collate_fn
    by_chance = isinstance(loader.sampler, _CHANCE) or is_made_up(dataset)
    endless = hasattr(dataset, "__len__") and is_soft_size(len(dataset))
    for indices in _first_and_last(sampler, endless, state):
        if endless:  # of which the first sample is all that there is here
            indices = pytree.tree_map(lambda _: 0, indices)
        state.training_events += 1
        if loader.batch_sampler is None:
            batch = collate(dataset[indices])
        elif hasattr(dataset, "__getitems__") and dataset.__getitems__:
            batch = collate(dataset.__getitems__(indices))
        else:
            batch = collate([dataset[index] for index in indices])
        if collate is data.default_collate:
            leaves = (leaf for leaf in pytree.tree_leaves(batch) if isinstance(leaf, torch.Tensor) and leaf.dim())
            state.batches.update(i.node for leaf in leaves if (i := info_of(leaf)) is not None and i.node is not None)
        yield _drawn(batch) if by_chance else batch


def _drawn(batch: Any) -> Any:
    """A batch whose samples came by chance: its integers are a sample, other values are not known."""
    for leaf in pytree.tree_leaves(batch):
        info = info_of(leaf) if isinstance(leaf, torch.Tensor) else None
        if info is not None and info.known is not None:
            if info.known.is_floating_point() or info.known.is_complex():
                info.known = None
            else:
                ensure_info(leaf).drawn = True
    return batch


def _first_and_last(sampler: Any, endless: bool, state: State) -> Iterator[Any]:
    """Of an unknown number of samples nobody knows the last batch."""
    last = None
    for count, item in enumerate(itertools.islice(iter(sampler), WALK)):
        if count < FIRST:
            yield item
        elif endless:
            state.skipped += 1
            return
        else:
            state.skipped += last is not None
            last = item
    if last is not None:
        yield last


def _from_iterable(loader: Any, dataset: Any, state: State) -> Iterator[Any]:
    items = iter(dataset)
    if loader.batch_size is None:
        for item in itertools.islice(items, FIRST):
            yield loader.collate_fn(item)
        state.skipped += 1
        return
    for _ in range(FIRST):
        batch = list(itertools.islice(items, loader.batch_size))
        if not batch or (len(batch) < loader.batch_size and loader.drop_last):
            return
        yield loader.collate_fn(batch)
    state.skipped += 1
