"""Does a call fail for every size of its variables? Tried with small sizes, the usual ones and those in the call."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator

from shapewright.worker.targets.local import Call

SECONDS = 1.5
"""For one call; where it does not suffice, nothing is proven."""
SINGLE = (*range(1, 66), 72, 80, 96, 112, 128, 144, 160, 192, 196, 224, 256, 299, 320, 384, 512, 768, 784, 1024, 2048)
PAIRED = (*range(1, 17), 20, 24, 28, 32, 49, 64)
MOST_VARIABLES = 4
_SPEAKS_OF_SIZES = re.compile(
    r"view|reshape|(un)?flatten|permute|transpose|(un)?squeeze|expand|chunk|split|size|select|mean|sum|max|min"
    r"|(bi)?linear|conv(_transpose)?[123]d|(batch|layer|group|instance)_norm|(adaptive_)?(max|avg)_pool[123]d"
    r"|pixel_(un)?shuffle|cat|concat|stack|[ir]?(add|sub|mul|div|truediv|matmul)|bmm|mm|addmm|baddbmm|softmax|einsum"
    r"|scaled_dot_product_attention"
)
Variables = dict[tuple[int, ...], list[tuple[int, int]]]


def never_passes(calls: list[Call], variables: Variables) -> bool:
    """Whether no sizes of the variables make the call pass. `variables`: the values that they had in the calls, with
    the operands and axes that have them."""
    first = calls[0]
    name = getattr(first.stop.func, "__name__", "").strip("_")
    if not _SPEAKS_OF_SIZES.fullmatch(name) or len(variables) > MOST_VARIABLES or not first.moving:
        return False
    until = time.process_time() + SECONDS
    best = max(range(len(calls)), key=lambda i: len({values[i] for values in variables}))
    call = calls[best]
    given = {s for shape in call.shapes for s in shape} | {n for n in call.numbers() if n > 0} | set(call.products())
    for sizes in _assignments(list(variables), sorted(given)):
        if time.process_time() > until:
            return False
        if _passes(call, variables, sizes, best):
            return False
    return True


def _assignments(names: list[tuple[int, ...]], given: list[int]) -> Iterator[dict[tuple[int, ...], int]]:
    single = dict.fromkeys((*given, *SINGLE))
    for name in names:
        yield from ({name: size} for size in single)
    if len(names) > 1:
        yield from (dict.fromkeys(names, size) for size in single)
    for some in itertools.combinations(names, 2):
        for sizes in itertools.product(dict.fromkeys((*PAIRED, *given[:12])), repeat=2):
            yield dict(zip(some, sizes, strict=True))


def _passes(call: Call, variables: Variables, chosen: dict[tuple[int, ...], int], sample: int) -> bool:
    shapes: dict[int, tuple[int, ...]] = {}
    for values, size in chosen.items():
        for position, axis in variables[values]:
            old = shapes.get(position, call.shapes[position])
            shapes[position] = (*old[:axis], size, *old[axis + 1 :])
    return call.accepts(shapes, None, {values[sample]: size for values, size in chosen.items()})
