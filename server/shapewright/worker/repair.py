"""The output that a failed call should have had, so that the file goes on.

Sure where the layer itself declares it (a Linear's out_features); else the last good output at the same place; else
what PyTorch answers once the operands are mended (one dtype, one device); else Unknown, which causes no further report.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.info import GUESSED, MENDED, Info, ensure_info, info_of, no_dispatch
from shapewright.worker.unknown import MAGIC, Unknown, is_soft_size

_IN_PLACE = re.compile(r"__i[a-z]+__|[a-z]\w*[a-z0-9]_")
"""`__iadd__`, `masked_fill_`."""


def repaired(func: Any, args: Any, kwargs: Any, good: tuple[tuple[int, ...], torch.dtype] | None) -> tuple[Any, bool]:
    """An output for a call that failed, and whether its shape is sure."""
    name = getattr(func, "__name__", "")
    tensors = [a for a in _leaves(args, kwargs) if isinstance(a, torch.Tensor)]
    if tensors and args and tensors[0] is args[0] and _IN_PLACE.fullmatch(name) and name not in _BROADCAST:
        return args[0], False  # what the name stays bound to
    if not tensors:
        return Unknown(), False
    with no_dispatch():
        grad = torch.is_grad_enabled() and any(t.requires_grad for t in tensors)
        try:
            mended = _mended_dtype(func, args, kwargs)
            if mended is not None:
                return _graded(mended, grad), True
            if good is not None and name not in _BROADCAST and name not in _RULES:
                return _graded(torch.empty(good[0], dtype=good[1]), grad), False
            if name in _RULES:
                shape, dtype = _RULES[name](args, kwargs)
                if good is not None and name not in _SURE | _OPEN and _fits(shape, good[0]):
                    shape, dtype = good
                sure = name in _OPEN | _SURE and not (name in _CHOSEN and _CHOSEN[name](args, kwargs))
                made = _graded(torch.empty(shape, dtype=dtype), grad)
                return _soft(made) if name in _JOINING and _has_one_too_many(tensors) else made, sure
            if name.endswith("_loss") or name in {
                "cross_entropy",
                "binary_cross_entropy",
                "binary_cross_entropy_with_logits",
                "kl_div",
            }:
                reduction = kwargs.get("reduction", "mean")
                if reduction != "none":
                    return _graded(torch.zeros((), dtype=_floating(tensors)), grad), True
            if name in _SAME:
                return _soft(_graded(torch.empty(tuple(tensors[0].shape), dtype=tensors[0].dtype), grad)), False
            if name in _BROADCAST:
                dtype = tensors[0].dtype
                for t in tensors[1:]:
                    dtype = torch.promote_types(dtype, t.dtype)
                shape = _broadcast([tuple(t.shape) for t in tensors])
                if _IN_PLACE.fullmatch(name):
                    ensure_info(tensors[0]).mended = GUESSED  # a name may stay bound to it
                    shape = _kept_in_place(shape, tuple(tensors[0].shape))
                out = _graded(torch.empty(shape, dtype=torch.bool if name in _COMPARE else dtype), grad)
                return _soft(out) if _is_rank_open(tensors) else out, True
        except Exception:
            return Unknown(), False
    return Unknown(), False


def changed_by_unknown(func: Any, args: Any) -> None:
    """A tensor that takes something Unknown in place: its values are not known, nor what gradients go through it."""
    if args and isinstance(args[0], torch.Tensor) and _IN_PLACE.fullmatch(getattr(func, "__name__", "")):
        info = ensure_info(args[0])
        info.known, info.mended = None, info.mended or MENDED
        info.soft |= func.__name__ in ("resize_", "resize_as_", "set_")


def _fits(shape: tuple[int, ...], good: tuple[int, ...]) -> bool:
    """Whether an earlier output at the same place, which may be that of another block, agrees with what is known."""
    return len(shape) == len(good) and all(s in (g, MAGIC) for s, g in zip(shape, good, strict=True))


def _leaves(args: Any, kwargs: Any) -> list[Any]:
    leaves: list[Any] = []
    for value in [*args, *kwargs.values()]:
        leaves.extend(value if isinstance(value, (tuple, list)) else [value])
    return leaves


def _graded(tensor: Any, grad: bool) -> Any:
    if grad and isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and not tensor.requires_grad:
        # Not a leaf, as the real output would not be one: in-place operations on it must stay allowed.
        return tensor.requires_grad_() * 1
    return tensor


def _guessed(sizes: Any) -> tuple[int, ...]:
    """A shape in which dimensions that nobody can tell (None) have the size that stands for an unknown one."""
    return tuple(MAGIC if size is None else int(size) for size in sizes)


def _broadcast(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape in which shapes meet: open where two known sizes contradict each other."""
    rank = max(len(s) for s in shapes)
    shape: list[int | None] = []
    for sizes in zip(*((1,) * (rank - len(s)) + s for s in shapes), strict=True):
        known = {int(s) for s in sizes if s != 1 and not is_soft_size(s)}
        unknown = any(is_soft_size(s) for s in sizes)
        shape.append(known.pop() if len(known) == 1 else None if known or unknown else 1)
    return _guessed(shape)


def _is_rank_open(tensors: list[torch.Tensor]) -> bool:
    """Whether the number of dimensions that was meant cannot be told: one of two vectors may have been meant to be a
    column."""
    return {t.dim() for t in tensors} == {1} and len({t.shape for t in tensors}) > 1


def _kept_in_place(met: tuple[int, ...], own: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a tensor that could not take in a larger one: open where only the other was larger."""
    own = (1,) * (len(met) - len(own)) + own
    return _guessed(a if a == b else None for a, b in zip(met, own, strict=True))


def _soft(tensor: Any) -> Any:
    if isinstance(tensor, torch.Tensor):
        info: Info = ensure_info(tensor)
        info.soft = True
    return tensor


def _floating(tensors: list[torch.Tensor]) -> torch.dtype:
    dtypes = [t.dtype for t in tensors if t.is_floating_point()]
    return torch.get_default_dtype() if torch.get_default_dtype() in dtypes or not dtypes else dtypes[0]


def _mended_dtype(func: Any, args: Any, kwargs: Any) -> Any:
    """What the call gives once every floating operand has the dtype of the last one (a layer's weight)."""
    tensors = [a for a in _leaves(args, kwargs) if isinstance(a, torch.Tensor)]
    dtypes = {t.dtype for t in tensors}
    if len(dtypes) < 2:
        return None
    weight = next((t.dtype for t in tensors if isinstance(t, torch.nn.Parameter)), _floating(tensors))
    for target in (weight, torch.int64):

        def mend(value: Any, target: torch.dtype = target, only: bool = True) -> Any:
            if isinstance(value, torch.Tensor):
                if target == torch.int64:
                    return value.to(target) if not value.is_floating_point() else value
                return torch.empty(tuple(value.shape), dtype=target) if value.dtype != target else value
            if isinstance(value, (tuple, list)):
                return type(value)(mend(v) for v in value) if type(value) in (tuple, list) else value
            return value

        try:
            return func(*[mend(a) for a in args], **{k: mend(v) for k, v in kwargs.items()})
        except Exception:
            continue
    return None


# ----------------------------------------------------------------------------------------------- layers that declare it

Shape = tuple[int, ...]


def _argument(args: Any, kwargs: Any, index: int, name: str, default: Any = None) -> Any:
    return args[index] if len(args) > index else kwargs.get(name, default)


def _linear(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    x, weight = args[0], _argument(args, kwargs, 1, "weight")
    if x.dim() < 2:
        raise ValueError("the batch may have been flattened away")
    wanted = int(weight.shape[1])
    for axis in range(1, x.dim() - 1):
        if math.prod(x.shape[axis:]) == wanted:  # it was to be flattened
            return _guessed((*x.shape[:axis], weight.shape[0])), weight.dtype
    return _guessed((*_kept(x, wanted), _made(int(x.shape[-1]), weight, 0))), weight.dtype


def _made(got: int, weight: torch.Tensor, axis: int) -> int | None:
    """The features that a layer declares; None where it would fit with those of its two sides exchanged."""
    declared = int(weight.shape[axis])
    return None if got == declared != int(weight.shape[1 - axis]) else declared


def _kept(x: torch.Tensor, wanted: int) -> list[int | None]:
    """The sizes before the last one that a failing call leaves sure.

    Those are the ones that no rearrangement has put there, and that are not the wanted size itself (then two dimensions
    are the wrong way round).
    """
    return [s if s != wanted and _is_own(x, axis) else None for axis, s in enumerate(x.shape[:-1])]


def _is_own(x: torch.Tensor, axis: int) -> bool:
    """Whether a size has stood at this place since it came to be, and no rearrangement has put it there."""
    info = info_of(x)
    node = info.node if info is not None else None
    while node is not None and node.parents and node.op != "stack":  # where samples become a batch, its size is born
        parent = node.parents[0]
        if len(parent.shape) <= axis or parent.shape[axis] != node.shape[axis]:
            return node.op not in _REARRANGING
        node = parent
    return True


def _rearranged(args: Any, kwargs: Any) -> bool:
    """Whether the input may have wanted its dimensions exchanged or joined, so that its rank is open too."""
    x, wanted = args[0], int(_argument(args, kwargs, 1, "weight").shape[1])
    return x.dim() > 2 and (wanted in x.shape[1:] or any(math.prod(x.shape[i:]) == wanted for i in range(x.dim())))


def _of_another_rank(args: Any, kwargs: Any) -> bool:
    """Whether a convolution has a number of dimensions too many or too few."""
    x, rank = args[0], _argument(args, kwargs, 1, "weight").dim() - 2
    return x.dim() != rank + 2 and not _has_open_channels(x, rank)


def _has_open_channels(x: torch.Tensor, rank: int) -> bool:
    """Whether a picture or a batch of them has a number of channels that nobody knows."""
    return x.dim() in (rank + 1, rank + 2) and is_soft_size(int(x.shape[-rank - 1]))


def _embedding(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    x, weight = args[0], _argument(args, kwargs, 1, "weight")
    return (*x.shape, weight.shape[1]), weight.dtype


def _matmul(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    a, b = args[0], _argument(args, kwargs, 1, "other")
    if b is None:
        b = kwargs.get("mat2")
    rows, columns = a.shape[-2:-1], b.shape[-1:] if b.dim() > 1 else ()
    declared = isinstance(a, torch.nn.Parameter) or isinstance(b, torch.nn.Parameter)
    inner = b.shape[-2] if b.dim() > 1 else b.shape[-1]
    if a.shape[-1] != inner and not (is_soft_size(int(a.shape[-1])) or is_soft_size(int(inner))):
        second, first = b.dim() > 1 and a.shape[-1] == b.shape[-1], a.dim() > 1 and a.shape[-2] == inner
        if second and not first:  # the second one is the wrong way round
            columns = b.shape[-2:-1]
        elif first and not second and not declared:
            rows = a.shape[-1:]
        elif not declared:
            rows, columns = (None,) * len(rows), (None,) * len(columns)
    batch = _broadcast([tuple(a.shape[:-2]), tuple(b.shape[:-2])])
    return _guessed((*batch, *rows, *columns)), a.dtype


def _convolution(rank: int, transposed: bool) -> Callable[[Any, Any], tuple[Shape, torch.dtype]]:
    def rule(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
        x, weight = args[0], _argument(args, kwargs, 1, "weight")
        shape = list(x.shape)
        groups = _argument(args, kwargs, 7 if transposed else 6, "groups", 1)
        function = getattr(torch.nn.functional, f"conv_transpose{rank}d" if transposed else f"conv{rank}d")
        rest = {k: v for k, v in kwargs.items() if k != "input"}
        if _has_open_channels(x, rank):
            shape[-rank - 1] = weight.shape[0] if transposed else weight.shape[1] * groups
            made = function(torch.empty(shape, dtype=weight.dtype), *args[1:], **rest).shape
            open_ = [is_soft_size(int(s)) and axis != x.dim() - rank - 1 for axis, s in enumerate(x.shape)]
            return _guessed(None if o else s for s, o in zip(made, open_, strict=True)), weight.dtype
        while len(shape) < rank + 2:
            shape.insert(0 if len(shape) == rank + 1 else 1, 1)
        while len(shape) > rank + 2:
            del shape[1]
        shape[1] = weight.shape[0] if transposed else weight.shape[1] * groups
        for axis in range(rank):
            shape[2 + axis] = max(shape[2 + axis], int(weight.shape[2 + axis]))
        swapped = len(x.shape) == rank + 2 and x.shape[-1] == shape[1] and x.shape[1] != shape[1]
        stand_in = torch.empty(shape, dtype=weight.dtype)
        result = list(function(stand_in, *args[1:], **rest).shape)
        if swapped or x.dim() != rank + 2:  # channels last, or a dimension too few: where which size belongs is open
            result[2:] = [None] * rank
        if x.dim() != rank + 2 or not _is_own(x, 0):
            result[0] = None
        if x.dim() == rank + 2 and _made(int(x.shape[1]), weight, 1 if transposed else 0) is None:
            result[1] = None
        for axis in range(rank):
            if x.dim() == rank + 2 and x.shape[2 + axis] < weight.shape[2 + axis]:
                result[2 + axis] = None
        return _guessed(result), weight.dtype

    return rule


def _normalized(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    """As the input is; where it has another number of channels than the layer, either may be meant."""
    x = args[0]
    sizes = {int(t.shape[0]) for t in _leaves(args[1:], kwargs) if isinstance(t, torch.Tensor) and t.dim() == 1}
    open_ = x.dim() > 1 and bool(sizes) and int(x.shape[1]) not in sizes
    return _guessed(None if open_ and axis == 1 else size for axis, size in enumerate(x.shape)), x.dtype


def _normalized_last(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    x, wanted = args[0], tuple(_argument(args, kwargs, 1, "normalized_shape"))
    kept = max(0, x.dim() - len(wanted))
    last = [s if s == w else None for s, w in zip(x.shape[kept:], wanted, strict=False)]
    return _guessed((*x.shape[:kept], *last)), x.dtype


def _cat(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    tensors = list(args[0] if args else kwargs["tensors"])
    dim = _argument(args, kwargs, 1, "dim", 0)
    rank = max(t.dim() for t in tensors)
    like = [t for t in tensors if t.dim() == rank]
    shape: list[int | None] = [s if all(t.shape[i] == s for t in like) else None for i, s in enumerate(like[0].shape)]
    if len(like) < len(tensors):  # which of them has a dimension too many or too few cannot be told
        shape[1:] = [None] * (rank - 1)
    else:  # where all would fit along one other dimension, that one may have been meant
        other = sum(size is None for i, size in enumerate(shape) if i != dim % rank) == 1
        shape[dim] = None if other else sum(int(t.shape[dim]) for t in like)
    return _guessed(shape), like[0].dtype


def _has_one_too_many(tensors: list[torch.Tensor]) -> bool:
    """Whether one of the joined tensors has a dimension of one that the others do not have: it may be one too many, or
    they have one too few."""
    least = min(t.dim() for t in tensors)
    return any(t.dim() > least and 1 in t.shape for t in tensors)


def _stack(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    tensors = list(args[0] if args else kwargs["tensors"])
    dim = _argument(args, kwargs, 1, "dim", 0)
    first = tensors[0].shape
    shape = [
        s if all(t.dim() == len(first) and t.shape[i] == s for t in tensors) else None for i, s in enumerate(first)
    ]
    shape.insert(dim if dim >= 0 else dim + len(shape) + 1, len(tensors))
    return _guessed(shape), tensors[0].dtype


def _view(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    x = args[0]
    sizes = (
        args[1]
        if len(args) > 1 and isinstance(args[1], (tuple, list))
        else args[1:] or kwargs.get("shape", kwargs.get("size", ()))
    )
    shape = [int(s) for s in sizes]
    if -1 in shape:
        rest = -math.prod(shape)
        shape[shape.index(-1)] = x.numel() // rest if rest > 0 and x.numel() % rest == 0 else MAGIC
    return tuple(shape), x.dtype


def _pool(args: Any, kwargs: Any) -> tuple[Shape, torch.dtype]:
    x = args[0]
    if x.dim() not in (3, 4):
        raise ValueError("the rank that was meant is open")
    return _guessed((*x.shape[:-2], None, None)), x.dtype


_RULES: dict[str, Callable[[Any, Any], tuple[Shape, torch.dtype]]] = {
    "linear": _linear,
    "embedding": _embedding,
    **dict.fromkeys(("matmul", "__matmul__", "__rmatmul__", "bmm", "mm"), _matmul),
    **{f"conv{n}d": _convolution(n, False) for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _convolution(n, True) for n in (1, 2, 3)},
    **dict.fromkeys(("batch_norm", "group_norm", "instance_norm"), _normalized),
    **dict.fromkeys(("layer_norm", "rms_norm"), _normalized_last),
    **dict.fromkeys(("cat", "concat", "concatenate"), _cat),
    "stack": _stack,
    **dict.fromkeys(("view", "reshape"), _view),
    **dict.fromkeys(("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"), _pool),
}
_JOINING = {"cat", "concat", "concatenate", "stack"}
_SURE = {"linear", "embedding", *(f"conv{n}d" for n in (1, 2, 3)), *(f"conv_transpose{n}d" for n in (1, 2, 3))}
"""Layers whose own declaration is better evidence than an earlier output there, which may have had another batch."""
_OPEN = {
    "batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm",
    "matmul", "__matmul__", "__rmatmul__", "bmm", "mm", "view", "reshape",
}  # fmt: skip
"""Calls whose rule leaves every size open that is not sure, so that the others may be believed."""
_SAME = {
    "softmax", "log_softmax", "dropout", "relu", "transpose", "permute", "contiguous", "masked_fill", "masked_fill_",
    "scatter_", "scatter", "clamp", "normalize", "pad", "float", "double", "half", "sigmoid", "tanh",
}  # fmt: skip
_CHOSEN: dict[str, Callable[[Any, Any], bool]] = {
    "linear": _rearranged,
    **{f"conv{n}d": _of_another_rank for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _of_another_rank for n in (1, 2, 3)},
}
"""When the rule for a layer had to choose between several outputs that the author may have meant."""
_REARRANGING = {
    "view", "reshape", "flatten", "unflatten", "permute", "transpose", "t", "squeeze", "unsqueeze", "movedim", "einsum",
    "swapaxes", "repeat", "expand", "cat", "concat", "matmul", "__matmul__", "__get__", "_reshape_alias", "view_as",
    "reshape_as",
}  # fmt: skip
"""Operations after which a size may stand in another place than where it was."""
_COMPARE = {"eq", "ne", "lt", "gt", "le", "ge", "__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__"}
_BROADCAST = _COMPARE | {
    "add", "sub", "mul", "div", "true_divide", "pow", "where", "maximum", "minimum", "__add__", "__radd__", "__mul__",
    "__rmul__", "__sub__", "__rsub__", "__truediv__", "__rtruediv__", "__iadd__", "__isub__", "__imul__", "add_",
    "sub_", "mul_", "div_", "__pow__",
}  # fmt: skip
