"""One refused call tried again with other operands, on tensors without data: which sizes would it have taken?"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker.info import no_dispatch
from shapewright.worker.probing import Stop
from shapewright.worker.unknown import SoftInt

Shape = tuple[int, ...]
TRIES = 160


class Call:
    """A refused call.

    `operands`: its tensors in order; `moving`: the positions of those that are no parameters. `kinds`: the dtypes that
    they may have, where they are not what the call had.
    """

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self.leaves, self.spec = pytree.tree_flatten(
            (stop.given, {k: v for k, v in stop.named.items() if k != "device"})
        )
        self.operands = [leaf for leaf in self.leaves if isinstance(leaf, torch.Tensor)]
        with no_dispatch():
            self.shapes: list[Shape] = [tuple(int(s) for s in t.shape) for t in self.operands]
            self.dtypes = [t.dtype for t in self.operands]
        self.moving = [i for i, t in enumerate(self.operands) if not isinstance(t, torch.nn.Parameter)]
        self.answers: dict[Any, bool] = {}
        self.kinds: set[tuple[torch.dtype, ...]] = set()

    @property
    def testable(self) -> bool:
        """Whether the call can be tried alone: it is a function, no module."""
        return self.stop.func is not None and not isinstance(self.stop.func, torch.nn.Module)

    def numbers(self) -> list[int]:
        """The whole numbers among the arguments that are no tensors."""
        return [int(leaf) for leaf in self.leaves if type(leaf) in (int, SoftInt)]

    def accepts(
        self,
        shapes: dict[int, Shape] | None = None,
        dtypes: dict[int, torch.dtype] | None = None,
        swap: dict[int, int] | None = None,
    ) -> bool:
        """Whether the call passes with these operands replaced (by position), and the numbers in `swap` exchanged."""
        if self.kinds and dtypes is None:
            return any(self.accepts(shapes, dict(enumerate(kind)), swap) for kind in self.kinds)
        key = (
            tuple(sorted((shapes or {}).items())),
            tuple((dtypes or {}).items()),
            tuple(sorted((swap or {}).items())),
        )
        if key not in self.answers:
            self.answers[key] = self._accepts(shapes or {}, dtypes or {}, swap or {})
        return self.answers[key]

    def _accepts(self, shapes: dict[int, Shape], dtypes: dict[int, torch.dtype], swap: dict[int, int]) -> bool:
        position = itertools.count()

        def convert(leaf: Any) -> Any:
            if isinstance(leaf, torch.Tensor):
                at = next(position)
                shape = shapes.get(at, self.shapes[at])
                if swap and at in self.moving and at not in shapes:
                    shape = tuple(swap.get(s, s) for s in shape)
                return torch.empty(shape, dtype=dtypes.get(at, self.dtypes[at]), device="meta")
            if type(leaf) in (int, SoftInt):
                return swap.get(int(leaf), int(leaf))
            return torch.device("meta") if isinstance(leaf, torch.device) else leaf

        with no_dispatch(), _disable_current_modes(), torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                args, kwargs = pytree.tree_unflatten([convert(leaf) for leaf in self.leaves], self.spec)
                self.stop.func(*args, **kwargs)
            except NotImplementedError:
                return True
            except Exception:
                return False
        return True

    def substitutions(self, keep: frozenset[int] = frozenset()) -> Iterator[dict[int, int]]:
        """Exchanges of sizes under which the call passes, the simplest first. Sizes in `keep` are left alone."""
        own = dict.fromkeys(s for i in self.moving for s in self.shapes[i] if s > 1 and s not in keep)
        own.update(dict.fromkeys(n for n in self.numbers() if n > 8))
        fixed = [s for i, shape in enumerate(self.shapes) if i not in self.moving for s in shape]
        targets = list(dict.fromkeys([*fixed, *self.numbers(), *own, *self.products(), 1]))
        targets = [t for t in targets if 0 < t < 1 << 20]
        tries = 0
        for source in own:
            for target in targets:
                if target != source:
                    tries += 1
                    if self.accepts(swap={source: target}):
                        yield {source: target}
                if tries > TRIES:
                    return
        for a, b in itertools.combinations(own, 2):
            for x, y in itertools.product(targets[:8], repeat=2):
                if x != a and y != b:
                    tries += 1
                    if self.accepts(swap={a: x, b: y}):
                        yield {a: x, b: y}
                if tries > 2 * TRIES:
                    return

    def watch_positions(self) -> list[int]:
        """The operands whose sizes may be at fault."""
        return [i for i in self.moving if self.shapes[i]]

    def wanted(self, position: int, shape: Shape) -> list[tuple[int, int]]:
        """What the operand's dimensions should be: (axis, size), axis -1 for the product of all but the first.

        `shape` is the operand's, or that of the map that was flattened to it.
        """
        own = self.shapes[position]
        found: list[tuple[int, int]] = []
        if getattr(self.stop.func, "__name__", "") in {"view", "reshape"}:
            numbers = [n for n in self.numbers() if n > 0]
            whole = math.prod(n for n in numbers if n not in own[:1])
            found = [(-1, whole)] if whole > 1 else []
            if found and own and -1 not in self.numbers() and own[0] not in numbers:
                found = [(-1, whole // own[0])] if whole % own[0] == 0 else found
            return found
        for exchange in itertools.islice(self.substitutions(), 6):
            for source, target in exchange.items():
                if source not in own:
                    continue
                if len(shape) != len(own) and source == own[-1]:
                    found.append((-1, target))
                elif len(shape) == len(own):
                    found.append((own.index(source), target))
        return list(dict.fromkeys(found))

    def products(self) -> list[int]:
        """Sizes that a `view` may ask for: products of its numbers, and quotients of those by the operand's sizes."""
        given = [n for n in self.numbers() if n > 0]
        whole = math.prod(given) if given else 0
        sizes = {s for i in self.moving for s in self.shapes[i] if s > 1}
        found = [whole, *(whole // s for s in sizes if whole and whole % s == 0)]
        found += [n // s for n in given for s in sizes if n % s == 0]
        found += [math.isqrt(n) for n in list(found) if n and math.isqrt(n) ** 2 == n]
        return [n for n in found if n > 1]


def permuted(shape: Shape) -> Iterator[Shape]:
    """The orders of the dimensions behind the first."""
    for order in itertools.permutations(shape[1:]):
        if order != shape[1:]:
            yield (shape[0], *order)
