"""Which sizes of a failing operation have to be the same, and are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shapewright import wire
from shapewright.fixes import _read as read

_BROADCAST = read.words(
    """
    add sub mul div pow where maximum minimum eq ne lt le gt ge and or rsub mse_loss l1_loss
    smooth_l1_loss huber_loss kl_div binary_cross_entropy copy lerp binary_cross_entropy_with_logits
    poisson_nll_loss gaussian_nll_loss masked_fill addcmul xor cosine_similarity triplet_margin_loss
    cosine_embedding_loss margin_ranking_loss pairwise_distance floor_divide atan2
    """
)


@dataclass(frozen=True)
class End:
    """One dimension of one operand."""

    operand: wire.Operand
    axis: int

    @property
    def size(self) -> int | None:
        """Its size."""
        shape = read.shape(self.operand)
        return shape[self.axis] if shape is not None and -len(shape) <= self.axis < len(shape) else None


@dataclass(frozen=True)
class Demand:
    """Two dimensions that have to be of the same size; `factor` times as large is the first (groups)."""

    one: End
    other: End
    factor: int = 1


def demands(failure: wire.Failure) -> tuple[Demand, ...]:
    """The demands that are not met."""
    found = (d for d in _all(failure) if d.one.size is not None and d.other.size is not None)
    return tuple(d for d in found if d.one.size != (d.other.size or 0) * d.factor)


def _all(failure: wire.Failure) -> Iterator[Demand]:
    op = read.op(failure)
    get = {o.name: o for o in failure.operands}
    x, weight = get.get("input"), get.get("weight")
    if op == "linear" and x and weight:
        yield Demand(End(x, -1), End(weight, 1))
    elif op.startswith("conv") and x and weight:
        dims = len(read.shape(weight) or ()) - 2
        groups = read.argument(failure, "groups")
        factor = groups if isinstance(groups, int) and "transpose" not in op else 1
        yield Demand(End(x, -dims - 1), End(weight, 0 if "transpose" in op else 1), factor)
    elif op in ("batch_norm", "instance_norm", "group_norm") and x:
        own = get.get("running_mean") or weight
        if own is not None:
            yield Demand(End(x, 1), End(own, 0))
    elif op in ("layer_norm", "rms_norm") and x and weight:
        yield from (Demand(End(x, -k), End(weight, -k)) for k in range(1, len(read.shape(weight) or ()) + 1))
    elif op in ("cross_entropy", "nll_loss"):
        target = get.get("target")
        if x and target:
            yield Demand(End(x, 0), End(target, 0))
    elif op in ("matmul", "mm", "bmm", "mv", "spmm", "addmm", "baddbmm"):
        yield from _product(read.inputs(failure)[-2:])
    elif op in ("cat", "concat", "concatenate", "stack", "vstack", "hstack"):
        yield from _joined(failure, op)
    elif op == "einsum":
        yield from _einsum(failure)
    elif op in _BROADCAST:
        yield from _broadcast([o for o in failure.operands if o.value.tensor is not None])
    elif op == "cdist" and len(read.inputs(failure)) > 1:
        one, other = read.inputs(failure)[:2]
        yield Demand(End(one, -1), End(other, -1))


def _product(pair: tuple[wire.Operand, ...]) -> Iterator[Demand]:
    if len(pair) == 2:
        rank = len(read.shape(pair[1]) or ())
        yield Demand(End(pair[0], -1), End(pair[1], -2 if rank > 1 else -1))
        ranks = [len(read.shape(o) or ()) for o in pair]
        for k in range(3, min(ranks) + 1):
            yield Demand(End(pair[0], -k), End(pair[1], -k))


def _joined(failure: wire.Failure, op: str) -> Iterator[Demand]:
    items = read.listed(failure)
    dim = read.argument(failure, "dim", "argument 2")
    for other in items[1:]:
        rank = len(read.shape(items[0]) or ())
        if rank != len(read.shape(other) or ()):
            continue
        for axis in range(rank):
            if op == "stack" or axis != (dim if isinstance(dim, int) else 0) % rank:
                yield Demand(End(items[0], axis), End(other, axis))


def _broadcast(operands: list[wire.Operand]) -> Iterator[Demand]:
    for number, one in enumerate(operands):
        for other in operands[number + 1 :]:
            a, b = read.shape(one) or (), read.shape(other) or ()
            for k in range(1, min(len(a), len(b)) + 1):
                if 1 not in (a[-k], b[-k]):
                    yield Demand(End(one, -k), End(other, -k))


def _einsum(failure: wire.Failure) -> Iterator[Demand]:
    equation = read.argument(failure, "equation", "argument 1")
    if not isinstance(equation, str):
        return
    terms = re.sub(r"\s", "", equation).partition("->")[0].split(",")
    seen: dict[str, End] = {}
    for term, operand in zip(terms, read.listed(failure) or read.inputs(failure), strict=False):
        if len(term) != len(read.shape(operand) or ()):
            continue
        for axis, letter in enumerate(term):
            end = End(operand, axis)
            if letter in seen:
                yield Demand(seen[letter], end)
            else:
                seen[letter] = end
