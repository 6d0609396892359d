"""What a torch call that refuses an argument would have taken: shapes a person would write, by operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import Path, Plan

Size = int | str
Want = tuple[tuple[Size, ...], str | None]
"""A shape of names and numbers, and a dtype (None: the default one)."""


class Refusal:
    """A refused call, and which of its operands (by position) is the argument at `path`."""

    def __init__(self, plan: Plan, call: Call, position: int, path: Path) -> None:
        self.plan, self.call, self.position, self.path = plan, call, position, path
        self.func: Any = call.stop.func
        self.name = type(self.func).__name__ if isinstance(self.func, nn.Module) else getattr(self.func, "__name__", "")
        self.shape = call.shapes[position]
        self.dtype = plan.at(path).dtype

    def argument(self, index: int, name: str, default: Any = None) -> Any:
        """An argument of the call by position or name."""
        given, named = self.call.stop.given, self.call.stop.named
        return given[index] if len(given) > index else named.get(name, default)

    def named(self, size: int) -> Size:
        """A size as the free name that has it, if only one does."""
        free = [n for n, s in self.plan.binding.free.items() if s == size]
        return free[0] if len(free) == 1 and size > 8 else size

    def current(self) -> tuple[Size, ...]:
        """The operand's shape in names."""
        return tuple(self.named(s) for s in self.shape)

    def others(self) -> list[tuple[Size, ...]]:
        """The shapes of the other operands, in names."""
        found = [s for i, s in enumerate(self.call.shapes) if i != self.position]
        return [tuple(self.named(s) for s in shape) for shape in found]

    def weight(self) -> tuple[int, ...]:
        """The shape of the first parameter."""
        fixed = [s for i, s in enumerate(self.call.shapes) if i not in self.call.moving]
        return fixed[0] if fixed else self.call.shapes[1] if len(self.call.shapes) > 1 else (0,)


def wants(refusal: Refusal) -> Iterator[Want]:
    """Shapes and dtypes for the argument, the likeliest first."""
    if isinstance(refusal.func, nn.Module):
        yield from _module(refusal, refusal.func)
        return
    for pattern, find in _TABLE:
        if re.fullmatch(pattern, refusal.name):
            yield from find(refusal)
            break
    yield from _same_as_others(refusal)
    yield from _generic(refusal)


def _module(r: Refusal, module: nn.Module) -> Iterator[Want]:
    from shapewright.worker.targets.consumers import taken_by

    if r.position == 0 or not isinstance(module, (nn.RNNBase, nn.RNNCellBase)):
        taken = taken_by(module, None, [], "")
        for shape in taken[0] if taken is not None else ():
            yield (
                tuple(d.value if d.kind == "int" and d.value is not None else d.text for d in shape),
                taken[1] if taken else None,
            )
    if isinstance(module, nn.RNNBase):
        layers = module.num_layers * (2 if module.bidirectional else 1)
        rank = len(r.call.shapes[0]) if r.call.shapes else 3
        batch = r.call.shapes[0][0 if module.batch_first else 1] if rank == 3 else 0
        yield (layers, r.named(batch), module.hidden_size) if rank == 3 else (layers, module.hidden_size), None
    if isinstance(module, nn.RNNCellBase):
        yield ("B", module.hidden_size), None
    if isinstance(
        module, (nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, nn.Transformer)
    ):
        yield from _masks(r)
    yield from _same_as_others(r)


def _masks(r: Refusal) -> Iterator[Want]:
    for dtype in ("bool", None):
        for shape in (("T", "T"), ("B", "T"), ("B", 1, "T"), ("B", 1, 1, "T"), ("B", "T", "T"), ("B", 1, "T", "T")):
            yield shape, dtype


def _linear(r: Refusal) -> Iterator[Want]:
    features = r.weight()[-1]
    if r.dtype not in (None, "float32"):
        yield (*r.current()[:-1], features) if len(r.shape) > 1 else ("B", features), None
    if len(r.shape) >= 2:
        yield (*r.current()[:-1], features), None
    yield ("B", features), None
    yield ("B", "T", features), None
    yield ("B", "H", "W", features), None


def _convolution(r: Refusal) -> Iterator[Want]:
    rank = int(r.name[-2])
    weight = r.weight()
    if len(weight) != rank + 2:
        return
    transposed = "transpose" in r.name
    groups = r.argument(7 if transposed else 6, "groups", 1)
    channels = weight[0] if transposed else weight[1] * groups
    spatial: tuple[Size, ...] = ("T",) if rank == 1 else ("H", "W") if rank == 2 else ("depth", "H", "W")
    if len(r.shape) == rank + 2:
        yield ("B", channels, *(s if isinstance(s, str) else spatial[i] for i, s in enumerate(r.current()[2:]))), None
    yield ("B", channels, *spatial), None


def _embedding(r: Refusal) -> Iterator[Want]:
    if r.position == len(r.call.shapes) - 1 and r.name == "embedding" and r.position:
        return
    if len(r.shape) in (1, 2) and r.dtype is None:
        yield r.current() if len(r.shape) == 1 or isinstance(r.current()[1], str) else ("B", "T"), "int64"
    yield ("B", "T"), "int64"
    yield ("B",), "int64"


def _batch_norm(r: Refusal) -> Iterator[Want]:
    fixed = [s for i, s in enumerate(r.call.shapes) if i != r.position and len(s) == 1]
    if fixed:
        channels = fixed[0][0]
        yield ("B", channels, *r.current()[2:]), None
        yield ("B", channels), None
        yield ("B", channels, "H", "W"), None
        yield ("B", channels, "T"), None


def _layer_norm(r: Refusal) -> Iterator[Want]:
    shape = tuple(int(s) for s in r.argument(1, "normalized_shape", ()))
    if len(shape) == 1:
        yield ("B", "T", *shape), None
    yield ("B", *shape), None


def _targets(r: Refusal) -> Iterator[Want]:
    scores = r.others()[0] if r.others() and r.position else ()
    if scores:
        yield (scores[0], *scores[2:]), "int64"
        yield scores, None
    else:
        yield ("B", "C"), None
        yield ("B", "C", "H", "W"), None


def _pooling(r: Refusal) -> Iterator[Want]:
    rank = int(match.group(1)) if (match := re.search(r"(\d)d", r.name)) else 2
    if r.name.startswith(("interpolate", "upsample", "grid", "pixel", "affine", "unfold", "pad")):
        rank = 2
    channels = r.current()[1] if len(r.shape) > 2 else "C"
    spatial: tuple[Size, ...] = ("T",) if rank == 1 else ("H", "W") if rank == 2 else ("depth", "H", "W")
    yield ("B", channels, *spatial), None


def _product(r: Refusal) -> Iterator[Want]:
    others = r.others()
    other = others[0] if others else ()
    if not other:
        return
    first = r.position == 0
    if first:
        if len(r.shape) > 1 and r.current()[-1] == r.current()[-2]:  # an adjacency matrix
            rows = other[-2:][0]
            yield (*r.current()[:-2], rows, rows), None
        inner = other[-2:][0]
        if len(r.shape) > 1:
            yield (*r.current()[:-1], inner), None
        yield (*other[:-2], "T", inner), None
        yield (inner, inner), None
        yield ("B", inner), None
        yield ("B", "T", inner), None
    else:
        inner = other[-1]
        if len(r.shape) > 1:
            yield (*r.current()[:-2], inner, r.current()[-1]), None
        yield (*other[:-2], inner, "D"), None
        yield other, None
        yield (*other[:-2], other[-1], other[-2] if len(other) > 1 else "D"), None


def _indices(r: Refusal) -> Iterator[Want]:
    others = r.others()
    if r.position == 0 or not others:
        return
    for other in (others[0], others[0][:1], others[0][:2], ("T",)):
        yield other, "int64"


def _one_hot(r: Refusal) -> Iterator[Want]:
    yield r.current() if len(r.shape) < 3 else ("B",), "int64"
    yield ("B",), "int64"


def _permute(r: Refusal) -> Iterator[Want]:
    given = r.call.stop.given[1:]
    order = given[0] if given and isinstance(given[0], (tuple, list)) else given
    order = r.call.stop.named.get("dims", order)
    rank = len(order)
    if tuple(order) == (0, 3, 1, 2):
        yield ("B", "H", "W", r.current()[1] if len(r.shape) == 4 else "C"), None
    names: dict[int, tuple[Size, ...]] = {
        2: ("B", "D"),
        3: ("B", "T", "D"),
        4: ("B", "C", "H", "W"),
        5: ("B", "C", "T", "H", "W"),
    }
    if rank in names:
        yield names[rank], r.dtype


def _by_rank(r: Refusal) -> Iterator[Want]:
    """The call names a dimension that is not there."""
    named = [abs(n) if n < 0 else n + 1 for n in r.call.numbers() if -6 < n < 6]
    names: dict[int, tuple[Size, ...]] = {
        1: ("B",),
        2: ("B", "D"),
        3: ("B", "T", "D"),
        4: ("B", "C", "H", "W"),
        5: ("B", "T", "C", "H", "W"),
    }
    least = max([*named, len(r.shape) + 1])
    for rank in range(least, 6):
        yield names[rank], r.dtype


def _getitem(r: Refusal) -> Iterator[Want]:
    index = r.argument(1, "index")
    if isinstance(index, torch.Tensor) and r.position:
        yield r.current(), "int64"
        yield ("B",), "int64"
        return
    parts = index if isinstance(index, tuple) else (index,)
    count = sum(1 for p in parts if p is not None and p is not Ellipsis)
    names: dict[int, tuple[Size, ...]] = {
        1: ("B",),
        2: ("B", "T"),
        3: ("B", "T", "D"),
        4: ("B", "C", "H", "W"),
        5: ("B", "C", "T", "H", "W"),
    }
    for rank in range(max(count, 1), 6):
        if rank != len(r.shape):
            yield names[rank], r.dtype


def _einsum(r: Refusal) -> Iterator[Want]:
    equation = r.argument(0, "equation")
    if not isinstance(equation, str):
        return
    terms = equation.replace(" ", "").split("->")[0].split(",")
    if r.position >= len(terms) or "." in equation:
        return
    known: dict[str, Size] = {}
    for at, term in enumerate(terms):
        if at != r.position and at < len(r.call.shapes) and len(term) == len(r.call.shapes[at]):
            known.update({letter: r.named(size) for letter, size in zip(term, r.call.shapes[at], strict=True)})
    mine = terms[r.position]
    current = r.current() if len(r.shape) == len(mine) else ()
    yield tuple(known.get(letter, current[i] if current else letter.upper()) for i, letter in enumerate(mine)), r.dtype


def _view(r: Refusal) -> Iterator[Want]:
    given = r.call.stop.given[1:]
    target = given[0] if given and isinstance(given[0], (tuple, list)) else given
    numbers = [int(n) for n in target if type(n) is int]
    fixed = [n for n in numbers if n > 0 and n not in r.plan.binding.free.values()]
    whole = 1
    for number in fixed:
        whole *= number
    if len(fixed) == len(numbers) and len(numbers) > 1:
        whole //= numbers[0]
    if whole > 1:
        yield ("B", whole), r.dtype
        for channels in (1, 3):
            side = round((whole / channels) ** 0.5)
            if whole % channels == 0 and side * side * channels == whole:
                yield ("B", channels, side, side), r.dtype
        yield (*r.current()[:-1], whole), r.dtype
        yield ("B", "T", whole), r.dtype


def _theta(r: Refusal) -> Iterator[Want]:
    yield ("B", 2, 3), None


def _number(r: Refusal) -> Iterator[Want]:
    yield (), r.dtype


def _same_as_others(r: Refusal) -> Iterator[Want]:
    for other in r.others():
        yield other, r.dtype
        if r.call.dtypes[0] != r.call.dtypes[r.position]:
            yield other, str(r.call.dtypes[0]).removeprefix("torch.")
        if len(other) > 1:
            yield (*other[:-1], 1), r.dtype
            yield other[:-1], r.dtype
        if len(other) == 4:
            yield (other[0], 1, *other[2:]), r.dtype


def _generic(r: Refusal) -> Iterator[Want]:
    current = r.current()
    shapes: list[tuple[Size, ...]] = [
        current,
        ("B", "T"),
        ("B",),
        ("B", "T", "D"),
        ("B", "D"),
        ("B", "C", "H", "W"),
        ("B", 1),
        ("B", 1, 1, "T"),
        ("T", "T"),
    ]
    for dtype in dict.fromkeys((r.dtype, None, "int64", "bool")):
        for shape in shapes:
            if (shape, dtype) != (current, r.dtype):
                yield shape, dtype


_TABLE: tuple[tuple[str, Callable[[Refusal], Iterator[Want]]], ...] = (
    ("linear", _linear),
    (r"conv(_transpose)?\dd", _convolution),
    ("embedding|embedding_bag", _embedding),
    ("batch_norm|instance_norm|group_norm", _batch_norm),
    ("layer_norm|rms_norm", _layer_norm),
    ("cross_entropy|nll_loss|nll_loss_nd|multi_margin_loss", _targets),
    (
        r".*(pool)\dd?.*|interpolate|upsample.*|pixel_(un)?shuffle|unfold|grid_sample.*|affine_grid.*|pad|"
        r"channel_shuffle",
        _pooling,
    ),
    ("affine_grid", _theta),
    ("matmul|__matmul__|__rmatmul__|bmm|mm|baddbmm|addmm|spmm|mv|dot", _product),
    ("gather|scatter_?|scatter_add_?|index_select|index_add_?|take_along_dim|take", _indices),
    ("one_hot", _one_hot),
    ("permute", _permute),
    (
        "transpose|size|__get__|squeeze|select|flatten|unflatten|mean|sum|max|min|chunk|split|unbind|narrow|argmax|"
        "softmax|log_softmax|norm|cumsum|flip|std|var|t|glu|roll|repeat",
        _by_rank,
    ),
    ("__getitem__", _getitem),
    ("einsum", _einsum),
    ("view|reshape", _view),
    ("masked_fill_?|where|scaled_dot_product_attention|multi_head_attention_forward", _masks),
    ("item|__bool__|__float__|is_nonzero", _number),
)
