"""Whether a written shape can be that of a tensor. Only what no reading can reconcile is a contradiction.

Names are free: people call the height `H` before and behind a pooling. So a name alone contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from shapewright.annotations.dims import Shape

Sizes = tuple[int, ...]
Contradiction = Literal["rank", "number", "order"]

_BATCH = re.compile(r"(?:b|n|bs|bsz|batch\w*|batch size|n_?batch|num_samples)", re.IGNORECASE)


def is_closed(shape: Shape) -> bool:
    """Whether the shape says how many dimensions there are."""
    return not any(dim.kind in ("ellipsis", "variadic") or dim.optional or dim.broadcast for dim in shape)


def has_batch(shape: Shape) -> bool:
    """Whether the first dimension is called a batch."""
    return bool(shape) and shape[0].kind == "sym" and bool(_BATCH.fullmatch(shape[0].text))


def numbers(shape: Shape) -> dict[int, int]:
    """The dimensions that are numbers, by index."""
    return {i: dim.value for i, dim in enumerate(shape) if dim.kind == "int" and dim.value is not None}


def fits(shape: Shape, sizes: Sizes) -> bool:
    """Whether rank and numbers are those of the tensor."""
    return len(shape) == len(sizes) and all(sizes[i] == value for i, value in numbers(shape).items())


def has_other_rank(shape: Shape, sizes: Sizes, *, batched: bool) -> bool:
    """Whether the rank is another one, for which no batch that is left out accounts.

    `batched`: it is known that batches are written in this function, and that there is one.
    """
    if len(sizes) == len(shape) + 1 and not has_batch(shape):
        return False
    if len(sizes) == len(shape) - 1 and has_batch(shape) and not batched:
        return False
    return len(sizes) != len(shape)


def wrong_numbers(shape: Shape, sizes: Sizes) -> tuple[int, ...]:
    """The indices of the numbers that are others in the tensor."""
    if len(shape) != len(sizes):
        return ()
    return tuple(i for i, value in numbers(shape).items() if sizes[i] != value)


def order(shape: Shape, sizes: Sizes, known: Mapping[str, int]) -> tuple[int, ...] | None:
    """Where the written dimensions stand in the tensor, if they are the same ones in another order.

    `known` are names that the code itself gives sizes to.
    """
    if len(shape) != len(sizes):
        return None
    said = [dim.value if dim.kind == "int" else known.get(dim.text) if dim.kind == "sym" else None for dim in shape]
    values = [value for value in said if value is not None]
    if len(values) != len(said) or tuple(values) == sizes or sorted(values) != sorted(sizes):
        return None
    if len(set(values)) != len(values):
        return None
    return tuple(values.index(size) for size in sizes)


def text(shape: Shape, dims: Sequence[str]) -> str:
    """The texts as a shape."""
    del shape
    return f"({dims[0]},)" if len(dims) == 1 else f"({', '.join(dims)})"
