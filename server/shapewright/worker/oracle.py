"""The oracle: eager PyTorch itself, asked about one call on real tensors.

Fake kernels accept things that real ones refuse, and raise with other words. So a call that failed on fakes, or that
looks suspicious, is replayed on real tensors of the same shapes and dtypes. Verdicts are kept by the call's signature.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from shapewright.worker.info import info_of, is_soft, no_dispatch, sample_values
from shapewright.worker.unknown import MAGIC, SoftInt

MATERIAL = 1 << 20
"""Up to this many elements an operand is really allocated; above, it is one element expanded with stride 0."""


@dataclass(frozen=True)
class Verdict:
    """What eager PyTorch did: the exception, or the result. `random`: the result was drawn, not computed. `elements`:
    how many all operations on the way made."""

    error: Exception | None
    result: Any = None
    random: bool = False
    elements: int = 0


class _Watch(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.random = False
        self.elements = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.Tag.nondeterministic_seeded in func.tags:
            self.random = True
        result = func(*args, **(kwargs or {}))
        made = result if isinstance(result, (tuple, list)) else (result,)
        self.elements += sum(t.numel() for t in made if isinstance(t, torch.Tensor))
        return result


Make = Callable[[torch.Tensor], torch.Tensor]
Values = Callable[[torch.Tensor], torch.Tensor | None]
LARGEST = 1 << 15
"""Operands with more elements than this are not tried in size after size."""
DRAWS = 20
"""How often integers are drawn for a fair sample."""


def real(tensor: torch.Tensor, values: Values = sample_values) -> torch.Tensor:
    """A real CPU tensor like `tensor`: with its values where they are known, zeros elsewhere."""
    shape, dtype = tuple(tensor.shape), tensor.dtype
    if tensor.layout != torch.strided:
        return torch.zeros(shape, dtype=dtype).to_sparse()
    known = values(tensor)
    with torch.inference_mode(tensor.is_inference()):
        if tensor.numel() > MATERIAL:
            return torch.zeros((), dtype=dtype).expand(shape)
        return _laid_out(torch.zeros(shape, dtype=dtype) if known is None else known.clone(), tensor)


def _laid_out(value: torch.Tensor, tensor: torch.Tensor) -> torch.Tensor:
    """`value` with its elements in memory as those of `tensor` are: whether a view is possible, or a change in place,
    depends on that."""
    if tensor.is_contiguous():
        return value
    single = tuple(1 if stride == 0 else size for size, stride in zip(tensor.shape, tensor.stride(), strict=True))
    strided = torch.empty_strided(single, tensor.stride(), dtype=value.dtype)
    return strided.copy_(value[tuple(slice(size) for size in single)]).expand(tuple(tensor.shape))


def filled(tensor: torch.Tensor, values: Values = sample_values) -> torch.Tensor:
    """Like `real`, but unknown values are not zero: the two show which dimensions of a result depend on data."""
    if tensor.layout != torch.strided or values(tensor) is not None:
        return real(tensor, values)
    shape, dtype = tuple(tensor.shape), tensor.dtype
    with torch.inference_mode(tensor.is_inference()):
        if tensor.numel() > MATERIAL:
            return torch.ones((), dtype=dtype).expand(shape)
        if dtype == torch.bool:
            return _laid_out(torch.ones(shape, dtype=dtype), tensor)
        numbers = torch.arange(max(1, tensor.numel()))[: tensor.numel()].remainder(2)
        return _laid_out(numbers.add(0 if tensor.is_floating_point() else 1).reshape(shape).to(dtype), tensor)


def regular(tensor: torch.Tensor) -> torch.Tensor:
    """Like `real`, with values that no function objects to: a square matrix is the identity, others lie in 0 to 1."""
    if (
        sample_values(tensor) is not None
        or not tensor.is_floating_point()
        or tensor.numel() > MATERIAL
        or tensor.layout != torch.strided
    ):
        return filled(tensor)
    shape = tuple(tensor.shape)
    if len(shape) > 1 and shape[-1] == shape[-2]:
        return _laid_out(torch.eye(shape[-1], dtype=tensor.dtype).expand(shape).clone(), tensor)
    return _laid_out(torch.full(shape, 1 / max(1, shape[-1] if shape else 1), dtype=tensor.dtype), tensor)


def judge(func: Any, args: Any, kwargs: Any) -> Verdict:
    """Eager PyTorch's verdict where values may be unknown: an error counts only if no filling of those passes."""
    verdict = replay(func, args, kwargs)
    for make in (filled, regular):
        if verdict.error is None:
            break
        again = replay(func, args, kwargs, make)
        if again.error is None:
            verdict = again
    return verdict


def judge_indices(func: Any, args: Any, kwargs: Any) -> Verdict | None:
    """The verdict on known integers among operands that are too large to allocate, such as indices into a large table.
    None where none of them is the reason of an error, or where the call itself makes much."""

    def lean(known: bool) -> Make:
        def make(tensor: torch.Tensor) -> torch.Tensor:
            values = None if tensor.is_floating_point() or not known else sample_values(tensor)
            return torch.zeros((), dtype=tensor.dtype).expand(tuple(tensor.shape)) if values is None else values.clone()

        return make

    sized = replay(func, args, kwargs, resized(lambda size: size, device="meta"))
    if sized.error is not None or sized.elements > MATERIAL:
        return None
    verdict = replay(func, args, kwargs, lean(True))
    if verdict.error is None or replay(func, args, kwargs, lean(False)).error is not None:
        return None
    return verdict


def drawn_fairly(func: Any, args: Any, kwargs: Any) -> Verdict:
    """The verdict on a call without tensors. Integers that it draws reach no further than those of every one of several
    draws do, so that an index among them which does not fit hardly ever would."""
    verdict = replay(func, args, kwargs)
    values = verdict.result
    if not verdict.random or not isinstance(values, torch.Tensor) or values.is_floating_point() or not values.numel():
        return verdict
    with no_dispatch(), _disable_current_modes():
        if values.is_complex() or values.dtype == torch.bool:
            return verdict
        rest = {k: v for k, v in kwargs.items() if k != "device"}
        draws = [values, *(func(*args, **rest) for _ in range(DRAWS))]
        low, high = max(int(d.min()) for d in draws), min(int(d.max()) for d in draws)
        return Verdict(None, values.clamp(low, high) if low <= high else values, True)


def resized(mapping: Callable[[int], int], value: int = 0, device: str = "cpu") -> Make:
    """A maker of tensors full of `value` whose sizes went through `mapping`."""

    def make(tensor: torch.Tensor) -> torch.Tensor:
        shape = tuple(mapping(int(size)) for size in tensor.shape)
        return torch.full(shape, value, dtype=tensor.dtype, device=device)

    return make


def replay(func: Any, args: Any, kwargs: Any, make: Make = real, plain: Callable[[Any], Any] | None = None) -> Verdict:
    """Run one call on real tensors, outside every mode. `plain` maps the arguments that are no tensors."""
    with no_dispatch(), _disable_current_modes(), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cache: dict[int, torch.Tensor] = {}

        def convert(leaf: Any) -> Any:
            if isinstance(leaf, torch.Tensor):
                if id(leaf) not in cache:
                    cache[id(leaf)] = make(leaf)
                return cache[id(leaf)]
            if type(leaf) is SoftInt:
                leaf = int(leaf)
            if isinstance(leaf, torch.device):
                return torch.device("cpu")
            return plain(leaf) if plain is not None else leaf

        try:
            leaves, spec = pytree.tree_flatten((args, {k: v for k, v in kwargs.items() if k != "device"}))
            real_args, real_kwargs = pytree.tree_unflatten([convert(leaf) for leaf in leaves], spec)
        except Exception:
            return Verdict(None, NotImplemented)
        watch = _Watch()
        try:
            with watch:
                result = func(*real_args, **real_kwargs)
        except MemoryError:
            return Verdict(None, NotImplemented)
        except Exception as error:
            if "single memory location" in str(error) and any(t.numel() > MATERIAL for t in cache.values()):
                return Verdict(None, NotImplemented)  # an operand too large to allocate was expanded: our own doing
            return Verdict(_unwatched(func, real_args, real_kwargs, error).with_traceback(None), random=watch.random)
        return Verdict(None, result, watch.random, watch.elements)


def _unwatched(func: Any, args: Any, kwargs: Any, error: Exception) -> Exception:
    """The error without a mode above, under which PyTorch takes some calls apart and complains about a part of them."""
    try:
        func(*args, **kwargs)
    except Exception as plain:
        return plain
    return error


def fails_for_every_size(func: Any, args: Any, kwargs: Any) -> bool:
    """Whether a call with guessed sizes in it fails whatever those sizes are: asked for several of them."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    with no_dispatch():
        sizes = {int(s) for t in tensors for s in t.shape if s % MAGIC}
        guessed = any(s >= MAGIC and s % MAGIC == 0 for t in tensors for s in t.shape)
    if not guessed and any(is_soft(t) for t in tensors):
        return False
    if any((info := info_of(t)) is not None and info.soft for t in tensors):
        return False  # a size that is no guess itself was made from one
    for size in _candidates(sizes, tensors, args, kwargs):

        def swap(value: Any, size: int = size) -> Any:
            if isinstance(value, int) and not isinstance(value, bool) and value >= MAGIC and value % MAGIC == 0:
                return _without_guess(value) * size  # a product of several guesses may be any number: it counts as one
            return value

        with no_dispatch():
            elements = sum(math.prod(swap(int(s)) for s in t.shape) for t in tensors)
        # Where it would take long, the meta kernels are asked: they may be too kind, and then nothing is said.
        makers = [resized(swap, value) for value in (0, 1)] if elements <= LARGEST else [resized(swap, device="meta")]
        if any(replay(func, args, kwargs, make, swap).error is None for make in makers):
            return False
    return _fails_apart(func, args, kwargs, tensors, sizes)


ROOM = 64
"""A size that kernels, strides and pools fit into."""


def _fails_apart(func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], sizes: set[int]) -> bool:
    """Whether the call fails too where one guessed size fits the others and the rest leaves room: channels and height
    of a picture are not the same number."""
    with no_dispatch():
        guessed = [(t, axis) for t in tensors for axis, s in enumerate(t.shape) if s and s % MAGIC == 0]
    if len(guessed) < 2:
        return True

    def shaped(t: torch.Tensor, size: int, chosen: torch.Tensor, place: int) -> list[int]:
        return [
            int(s) if not s or s % MAGIC else _without_guess(int(s)) * (size if t is chosen and a == place else ROOM)
            for a, s in enumerate(t.shape)
        ]

    for size in _candidates(sizes, tensors, args, kwargs):
        for chosen, place in guessed:
            with no_dispatch():
                elements = sum(math.prod(shaped(t, size, chosen, place)) for t in tensors)
            device = "cpu" if elements <= 8 * LARGEST else "meta"  # whose kernels may be too kind: then nothing is said

            def make(t: torch.Tensor, of: tuple[Any, ...] = (size, chosen, place), on: str = device) -> torch.Tensor:
                return torch.zeros(shaped(t, *of), dtype=t.dtype, device=on)

            if replay(func, args, kwargs, make).error is None:
                return False
    return True


def fails_for_every_dtype(func: Any, args: Any, kwargs: Any) -> bool:
    """Whether a call fails whatever the dtypes are of the operands of which nobody knows them."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    possible = [info.soft_dtype for t in tensors if (info := info_of(t)) is not None and info.soft_dtype]
    with no_dispatch():
        if sum(t.numel() for t in tensors) > 64 * MATERIAL:
            return False

    def make(choice: int) -> Make:
        def typed(tensor: torch.Tensor) -> torch.Tensor:
            info = info_of(tensor)
            if info is None or not info.soft_dtype:
                return real(tensor)
            dtype = info.soft_dtype[choice % len(info.soft_dtype)]
            if tensor.numel() > MATERIAL:
                return torch.zeros((), dtype=dtype).expand(tuple(tensor.shape))
            return torch.zeros(tuple(tensor.shape), dtype=dtype)

        return typed

    return all(
        replay(func, args, kwargs, make(choice)).error is not None
        for choice in range(max(map(len, possible), default=0))
    )


def _candidates(sizes: set[int], tensors: list[torch.Tensor], args: Any, kwargs: Any) -> list[int]:
    """Values of the guessed size with which the call may fit.

    These are any size or number in the call, divided by the multiples of the guess.
    """
    numbers = {leaf for leaf in pytree.tree_leaves((args, kwargs)) if type(leaf) is int and leaf > 0 and leaf % MAGIC}
    known = sizes | numbers
    known |= {a * b for a in list(known)[:12] for b in list(known)[:12]} | {math.prod(numbers)}
    with no_dispatch():
        known |= {int(t.numel()) for t in tensors}
        multiples = {_without_guess(int(s)) for t in tensors for s in t.shape if s and s % MAGIC == 0}
        multiples |= {_without_guess(int(t.numel())) for t in tensors if t.numel() and t.numel() % MAGIC == 0}
    quotients = {n // m for n in known for m in multiples if n % m == 0 and n // m}
    return sorted({1, 2, 3} | {q for q in quotients if q % MAGIC})[:48]


def _without_guess(size: int) -> int:
    """What a guessed size is multiplied with."""
    while size % MAGIC == 0:
        size //= MAGIC
    return size


def _affordable(args: Any, kwargs: Any) -> Make:
    """How to make operands where exact sizes do not matter: as they are where small, else every size shrunk alike."""
    tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    with no_dispatch():
        sizes = sorted({int(s) for t in tensors for s in t.shape})
        small = sum(t.numel() for t in tensors) <= 1 << 17
    if small and not any(s >= MAGIC and s % MAGIC == 0 for s in sizes):
        return real
    ranks = {size: (index + 2 if size > 1 else size) for index, size in enumerate(sizes)}
    return resized(lambda size: ranks[size])


def cause_of(func: Any, args: Any, kwargs: Any) -> str:
    """Which property of the operands makes the call fail.

    `dtype` where it succeeds once all share one, `value` where others of the same shapes and dtypes pass, else `shape`.
    """
    shaped = _affordable(args, kwargs)

    def cast(dtype: torch.dtype | None) -> Make:
        def make(tensor: torch.Tensor) -> torch.Tensor:
            value = shaped(tensor)
            return value if dtype is None else value.to(dtype)

        return make

    leaves = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    with no_dispatch():
        small = sum(t.numel() for t in leaves) <= MATERIAL
    without_values = resized(lambda s: s) if small else shaped
    if any(sample_values(t) is not None for t in leaves) and replay(func, args, kwargs, without_values).error is None:
        return "value"
    with no_dispatch():
        dtypes = {t.dtype for t in leaves}
    for dtype in (torch.float32, torch.int64):
        if dtypes != {dtype} and replay(func, args, kwargs, cast(dtype)).error is None:
            return "dtype"
    if len(dtypes) > 1:
        for chosen in range(len(leaves)):
            for dtype in (torch.float32, torch.int64, torch.bool):
                target = leaves[chosen]

                def make(
                    tensor: torch.Tensor, target: torch.Tensor = target, dtype: torch.dtype = dtype
                ) -> torch.Tensor:
                    return shaped(tensor).to(dtype) if tensor is target else shaped(tensor)

                if target.dtype != dtype and replay(func, args, kwargs, make).error is None:
                    return "dtype"
    return "shape"
