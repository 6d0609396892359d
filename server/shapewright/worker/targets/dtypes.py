"""Is a clash of dtypes certain? Where the code itself casts to a dtype that no parameter of the module has."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator

import torch

from shapewright.worker.info import Node, info_of
from shapewright.worker.oracle import cause_of
from shapewright.worker.probing import Probe, Stop
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.search import Search

TRIED = ("float64", "float16", "int64", "bool")
"""The dtypes that inputs nobody described may have instead."""
MOST_FILES, MOST_BYTES = 400, 4_000_000
_SPELLINGS = {
    torch.float64: r"\.double\b|DoubleTensor|(?<!np\.)(?<!numpy\.)\bfloat64\b",
    torch.float16: r"\.half\b|HalfTensor|(?<!np\.)(?<!numpy\.)\bfloat16\b|\bautocast\b|\bfp16\b|\bamp\b",
    torch.bfloat16: r"bfloat16|\bautocast\b|\bbf16\b|\bamp\b",
}
_WEIGHTED = re.compile(r"(bi)?linear|conv(_transpose)?[123]d")
_ANYWHERE = r"set_default_dtype|set_default_tensor_type"


def is_cast(search: Search, plan: Plan, reached: Probe) -> bool:
    """Whether the failing call mixes dtypes because a line of the code casts, whatever dtype the inputs have.

    A module may be converted as a whole, and then the cast is right: the workspace must not speak of that dtype
    anywhere else.
    """
    stop = reached.stop
    if stop is None or stop.func is None or isinstance(stop.func, torch.nn.Module):
        return False
    if len(set(stop.dtypes)) < 2:
        return False
    if cause_of(stop.func, stop.given, stop.named) != "dtype" and not _is_said(stop):
        return False
    casts = [_cast_of(tensor) for tensor in stop.tensors]
    if not any(not cast and t.dtype.is_floating_point for t, cast in zip(stop.tensors, casts, strict=True)):
        return False  # masks and indices are of another dtype than what they pick from
    places = {place for cast in casts for place in cast}
    if not places:
        return False
    if any(_is_spoken_of(search, dtype, places) for dtype in _cast_to(stop, casts)):
        return False
    for other in _retyped(plan):
        if search.spent:
            return False
        result = search.attempt(other)
        if result.passed or result.progress > reached.progress:
            return False
        if result.stop is None or (result.stop.place == stop.place and result.stop.dtypes != stop.dtypes):
            return False
    return True


def _is_said(stop: Stop) -> bool:
    """Whether the layer names the dtypes: it looks at them before it looks at the sizes, which may be wrong as well."""
    return bool(_WEIGHTED.fullmatch(stop.func.__name__) and re.search("dtype|scalar type|Input type", str(stop.error)))


def _retyped(plan: Plan) -> Iterator[Plan]:
    for dtype in TRIED:
        changed = plan
        for path in plan.tensors():
            if plan.is_open(path) or plan.at(path).dtype is None:
                changed = changed.retyped(path, dtype)
        if changed is not plan:
            yield changed


def _cast_to(stop: Stop, casts: list[set[tuple[str, int]]]) -> Iterable[torch.dtype]:
    return {dtype for dtype, cast in zip(stop.dtypes, casts, strict=True) if cast}


def _cast_of(tensor: torch.Tensor) -> set[tuple[str, int]]:
    """The places at which a tensor got its dtype from one of another; none where it has always had it."""
    info = info_of(tensor)
    node = info.node if info is not None else None
    if node is None:
        return set()
    dtype, found, seen, left = node.dtype, set[tuple[str, int]](), set[int](), [node]
    while left and len(seen) < 400:
        at: Node = left.pop()
        if id(at) in seen or at.dtype != dtype:
            continue
        seen.add(id(at))
        if at.parents and not any(p.dtype == dtype for p in at.parents) and at.where is not None:
            found.add((at.path, at.where[0]))
        left.extend(at.parents)
    return found


def _is_spoken_of(search: Search, dtype: torch.dtype, places: set[tuple[str, int]]) -> bool:
    """Whether the workspace names the dtype at another place than the casts."""
    spelling = _SPELLINGS.get(dtype)
    if spelling is None:
        return False
    pattern = re.compile(f"{spelling}|{_ANYWHERE}")
    for path, text in search.texts():
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line.split("#")[0]) and (path, number) not in places:
                return True
    return False


def texts(buffers: dict[str, str], roots: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The Python files of the workspace: buffers first, then what is on the disk, as far as there are not too many."""
    yield from buffers.items()
    files, size = 0, 0
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if not f.startswith(".") and f not in ("node_modules", "site-packages")]
            for path in (os.path.join(folder, name) for name in names if name.endswith(".py")):
                if path in buffers:
                    continue
                with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
                    text = file.read(200_000)
                    files, size = files + 1, size + len(text)
                    yield path, text
                if files > MOST_FILES or size > MOST_BYTES:
                    return
