"""From data that was not read to tensors."""

from __future__ import annotations

from typing import Any

import torch

from shapewright.worker.info import ensure_info
from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.unread.arrays import Array, facts_of
from shapewright.worker.stand_ins.unread.facts import NUMBER, Facts
from shapewright.worker.stand_ins.unread.tables import Cell, Column, Names, Table
from shapewright.worker.unknown import MAGIC

_POSSIBLE = {NUMBER: (torch.float64, torch.int64), None: (torch.float32, torch.float64, torch.int64)}


def _made(facts: Facts, dtype: torch.dtype | None) -> torch.Tensor | None:
    shape = tuple(MAGIC if size is None else size for size in facts.shape)
    possible: tuple[torch.dtype, ...] = ()
    if dtype is None:
        known = getattr(torch, str(facts.dtype), None)
        possible = () if isinstance(known, torch.dtype) else _POSSIBLE.get(facts.dtype, _POSSIBLE[None])
        dtype = known if isinstance(known, torch.dtype) else next(iter(possible), torch.float32)
    made = torch.empty(shape, dtype=dtype)
    ensure_info(made).soft_dtype = possible
    return made


def tensor_of(value: Any, dtype: torch.dtype | None = None) -> torch.Tensor | None:
    """The tensor that `torch.tensor` and its like make; None where that cannot be told."""
    facts = facts_of(value)
    if isinstance(facts, (Array, Column, Cell)):
        return _made(facts, dtype)
    if isinstance(value, list) and value:
        parts = [facts_of(item) for item in value]
        if all(isinstance(part, Cell) for part in parts):
            return _made(Array((len(value),), None), dtype)
    return None


def called(func: Any, args: Any, kwargs: Any) -> torch.Tensor | None:
    """What a function of torch that makes tensors does with data that was not read. PyTorch refuses a whole table."""
    if getattr(func, "__name__", "") not in ("tensor", "as_tensor") or not args:
        return None
    if isinstance(facts_of(args[0]), Table):
        raise kit.sure(ValueError("could not determine the shape of object type 'DataFrame'"))
    dtype = kwargs.get("dtype")
    if dtype is None and len(args) > 1:
        dtype = args[1]
    return tensor_of(args[0], dtype) if dtype is None or isinstance(dtype, torch.dtype) else None


def collated(batch: list[Any]) -> Any:
    """A batch of values or arrays of one shape; None where that cannot be told."""
    parts = [facts_of(item) for item in batch]
    first = parts[0]
    if not isinstance(first, (Array, Cell)) or isinstance(first, Names):
        return None
    if any(part is None or part.shape != first.shape for part in parts):
        return None
    return _made(Array((len(batch), *first.shape), first.dtype), None)
