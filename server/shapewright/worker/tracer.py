"""The mode through which every torch call of the analysed code goes.

For each call: answer it ourselves where a fake cannot (`answers`), else let the fake do it; ask the oracle where the
fake may be too kind; on failure report, repair, and go on; attach to the result what a fake does not carry (`info`).
"""

from __future__ import annotations

import itertools
import sys
from collections import deque
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # pyright: ignore[reportAttributeAccessIssue]  # not in its stub
from torch.overrides import TorchFunctionMode

from shapewright.worker import answers, counts, default_device, devices, guessed, repair, silent
from shapewright.worker.failures import Reporter
from shapewright.worker.info import (
    GUESSED,
    MENDED,
    Node,
    ensure_info,
    info_of,
    known_values,
    may_be_kept,
    no_dispatch,
    sample_values,
    set_known,
)
from shapewright.worker.machinery import inside_machinery
from shapewright.worker.oracle import MATERIAL, Verdict, drawn_fairly, judge, judge_indices, replay
from shapewright.worker.stand_ins import unread
from shapewright.worker.state import State
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

REPLAY_LIMIT = 1 << 15
"""Calls with up to this many elements are always asked of the oracle, once a signature; above, only suspicious ones."""
ODD_LIMIT = 1 << 17
"""Calls with other dtypes than float32 are asked of the oracle up to this size; above, with all sizes shrunk."""

_Tensor = torch.Tensor
_FAST = {
    getattr(_Tensor, name).__get__
    for name in (
        "shape", "dtype", "ndim", "requires_grad", "is_leaf", "grad_fn", "layout", "names", "is_sparse", "output_nr",
        "_version", "itemsize", "nbytes", "is_quantized", "is_meta",
    )
    if hasattr(getattr(_Tensor, name, None), "__get__")
} | {
    _Tensor.size, _Tensor.dim, _Tensor.numel, _Tensor.is_floating_point, _Tensor.stride, _Tensor.is_contiguous,
    _Tensor.ndimension, _Tensor.nelement, _Tensor.element_size, _Tensor.is_complex, _Tensor.__len__,
    _Tensor.storage_offset, _Tensor.register_hook, _Tensor.__hash__, torch.is_tensor, torch.is_floating_point,
    torch.is_complex, torch.numel, torch.is_grad_enabled,
}  # fmt: skip


class Tracer(TorchFunctionMode):
    """One per run."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        super().__init__()
        self.state, self.reporter = state, reporter

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _FAST:
            if args and type(args[0]) is Unknown:
                return Unknown()
            try:
                with no_dispatch():
                    return func(*args, **(kwargs or {}))
            except Exception as error:
                tensors = [a for a in args if isinstance(a, _Tensor)]
                return self.failed(func, args, kwargs or {}, tensors, error, confirmed=True)
        kwargs = kwargs or {}
        if inside_machinery(sys._getframe(1).f_code):
            with no_dispatch():
                return func(*args, **kwargs)
        state = self.state
        state.count_operation()
        args, kwargs = counts.as_numbers(func, args, kwargs)
        tensors = []
        soft = _collect(args, tensors) | _collect(kwargs.values(), tensors)
        if soft & 4:
            with no_dispatch():
                return func(*args, **kwargs)
        softens = bool(soft) and getattr(func, "__name__", "") not in _BY_VALUE
        if soft & 2 and (made := unread.called(func, args, kwargs)) is not None:
            return self.attached(func, made, [], False, kwargs)
        if soft & 2 or len(args) > counts.RANK_LIMIT or (len(args) == 2 and counts.are_too_many(args[1])):
            repair.changed_by_unknown(func, args)
            return Unknown()
        answer = answers.TABLE.get(func)
        if answer is not None:
            result = answer(self, func, args, kwargs)
            if result is not answers.PASS:
                return self.attached(func, result, tensors, softens, kwargs)
        if len(tensors) > 1 and (mismatch := devices.mismatch(func, args, tensors)) is not None:
            if not state.asked_for_gpu:
                failed = self.failed(func, args, kwargs, tensors, mismatch, confirmed=True)
                return self.attached(func, failed, tensors, softens, kwargs)
            # Where there is no GPU the program runs on, and may fail here for another reason.
            self.reporter.torch_call(func, args, kwargs, tensors, mismatch, sys._getframe(1), softens)
        try:
            call_kwargs = {**kwargs, "device": "cpu"} if kwargs.get("device") is not None else kwargs
            result = func(*args, **call_kwargs)
        except Exception as error:
            result = self.failed(func, args, kwargs, tensors, error, soft=softens)
            sure = isinstance(result, _Tensor) and ensure_info(result).mended == MENDED
            return self.attached(func, result, tensors, softens, kwargs, opened=sure)
        silent.look(func, args, kwargs, tensors, self.reporter)
        if (refused := silent.losses.refused(func, args, kwargs)) is not None:
            result = self.failed(func, args, kwargs, tensors, refused, confirmed=True)
            return self.attached(func, result, tensors, softens, kwargs)
        opened = guessed.opened(func, args, kwargs, result, tensors)
        if opened is not result:
            return self.attached(func, opened, tensors, softens, kwargs, opened=True)
        if not soft:
            verdict = self.ask(func, args, kwargs, tensors, result)
            if verdict is not None:
                if verdict.error is not None:
                    result = self.failed(func, args, kwargs, tensors, verdict.error, confirmed=True)
                else:
                    _keep_values(result, verdict, tensors)
                    self._look_ahead(func, args, kwargs, tensors, result)
        return self.attached(func, result, tensors, softens, kwargs)

    # ------------------------------------------------------------------------------------------------ the oracle

    def ask(self, func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], result: Any) -> Verdict | None:
        """Eager PyTorch's verdict on a call that the fake accepted, or None where there is no need to ask."""
        name = getattr(func, "__name__", "")
        if not tensors:
            small = isinstance(result, torch.Tensor) and "empty" not in name and _may_be_kept(result)
            return drawn_fairly(func, args, kwargs) if small and result.layout == torch.strided else None
        with no_dispatch():
            total = sum(t.numel() for t in tensors) + (_numel(result) if isinstance(result, torch.Tensor) else 0)
            odd = any(t.dtype is not torch.float32 for t in tensors)
            all_known = total <= ODD_LIMIT and all(sample_values(t) is not None for t in tensors)
        if any(t.layout != torch.strided for t in tensors):
            return None
        skipped = name in _NO_REPLAY and not (odd and name in _RECURRENT)
        limit = 0 if self.state.hasty else REPLAY_LIMIT
        if skipped or (not odd and not all_known and total > limit) or total > ODD_LIMIT:
            return self._ask_small(func, args, kwargs, tensors) if odd and name not in _NO_REPLAY else None
        if any(sample_values(t) is not None for t in tensors):
            return judge(func, args, kwargs)
        key = (func, _signature(args), _signature(tuple(kwargs.items())))
        try:
            cached = self.state.verdicts.get(key)
        except TypeError:  # an unhashable argument, such as a slice before Python 3.12
            return judge(func, args, kwargs)
        if cached is None:
            verdict = judge(func, args, kwargs)
            cached = self.state.verdicts[key] = Verdict(verdict.error)
        return cached

    def _look_ahead(self, func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor], result: Any) -> None:
        """Operands of several floating dtypes may pass forward and fail backward; then the result remembers it."""
        if not isinstance(result, _Tensor):
            return
        with no_dispatch():
            mixed = len({t.dtype for t in tensors if t.is_floating_point()}) > 1 and result.requires_grad
            if not mixed or sum(t.numel() for t in tensors) > REPLAY_LIMIT:
                return
        error = answers.fails_backward(func, args, kwargs)
        if error is not None:
            ensure_info(result).late_error = error

    def _ask_small(self, func: Any, args: Any, kwargs: Any, tensors: list[torch.Tensor]) -> Verdict | None:
        """Too large to replay: asked about the dtypes, with all sizes shrunk and for comparison all in float32, and
        about indices whose values are known."""
        with no_dispatch():
            if len({t.dtype for t in tensors}) < 2:
                return None
            indexed = any(not t.is_floating_point() and sample_values(t) is not None for t in tensors)
            sizes = sorted({int(s) for t in tensors for s in t.shape})
        small = {size: (index + 2 if size > 1 else size) for index, size in enumerate(sizes)}

        def shrunk(as_float: bool) -> Any:
            def make(t: torch.Tensor) -> torch.Tensor:
                shape = tuple(small[int(s)] for s in t.shape)
                return torch.zeros(shape, dtype=torch.float32 if as_float and t.is_floating_point() else t.dtype)

            return make

        verdict = replay(func, args, kwargs, shrunk(False))
        if verdict.error is not None and replay(func, args, kwargs, shrunk(True)).error is None:
            return verdict
        return judge_indices(func, args, kwargs) if indexed else None

    # ------------------------------------------------------------------------------------------------ failures

    def failed(
        self,
        func: Any,
        args: Any,
        kwargs: Any,
        tensors: list[torch.Tensor],
        error: Exception,
        confirmed: bool = False,
        soft: bool = False,
    ) -> Any:
        """Answer a call that raised: by a guess where only the data is missing, else by the repaired output."""
        graph = [] if func in _COPYING else tensors
        if answers.is_data_dependent(error):
            refused = judge(func, args, kwargs).error if not soft else None
            if refused is None:
                return answers.in_graph(answers.guess(func, args, kwargs), graph)
            error, confirmed = refused, True
        if not confirmed:
            with no_dispatch():
                feasible = sum(t.numel() for t in tensors) <= 64 * MATERIAL
            verdict = replay(func, args, kwargs) if feasible else Verdict(error)
            if verdict.error is not None:
                error = verdict.error
            elif verdict.result is NotImplemented:
                return Unknown()
            elif not answers.raises_with_autograd(func, args, kwargs, tensors):
                return answers.in_graph(answers.to_fake(verdict.result), graph)
        self.reporter.torch_call(func, args, kwargs, tensors, error, sys._getframe(2), soft)
        place = self.reporter.place(sys._getframe(2))
        result, sure = repair.repaired(func, args, kwargs, self.state.good.get((func, place)))
        if isinstance(result, _Tensor):
            ensure_info(result).mended = MENDED if sure else GUESSED
        return result

    # ------------------------------------------------------------------------------------------------ side facts

    def attached(
        self, func: Any, result: Any, tensors: list[torch.Tensor], soft: bool, kwargs: Any, opened: bool = False
    ) -> Any:
        """`result` with its side facts: softness, logical device, and the step that made it."""
        if isinstance(result, _Tensor):
            self._attach(func, result, tensors, soft, kwargs, opened)
        elif isinstance(result, (tuple, list)):
            for item in result[:64]:
                if isinstance(item, _Tensor):
                    self._attach(func, item, tensors, soft, kwargs, opened)
        if self.state.watch is not None:
            self.state.watch.passed(func, tensors, result)
        if self.state.graphs is not None:
            self.state.graphs.operation(func, tensors, result)
        return result

    def _attach(
        self,
        func: Any,
        result: torch.Tensor,
        tensors: list[torch.Tensor],
        soft: bool,
        kwargs: Any,
        opened: bool = False,
    ) -> None:
        info = ensure_info(result)
        fresh = info.node is None
        infos = [i for t in tensors if (i := info_of(t)) is not None and i is not info]
        info.soft = info.soft or soft or any(i.soft for i in infos)
        name = getattr(func, "__name__", "")
        asked = name in ("view", "reshape")  # sizes that are written there, or made of all the others
        mended = max((i.mended for i in infos), default=0)
        info.mended = max(info.mended, min(mended, MENDED) if asked else mended)
        if info.late_error is None:
            info.late_error = next((i.late_error for i in infos if i.late_error is not None), None)
        if fresh and not info.soft_dtype and name not in _OF_WEIGHTS:
            info.soft_dtype = next((i.soft_dtype for i in infos if i.soft_dtype), ())
        with no_dispatch():
            counted = [s for t in tensors for i, s in enumerate(t.shape) if i != 1 or not name.startswith("conv")]
            guess = any(s >= MAGIC and s % MAGIC == 0 for s in counted)
            if guess and not (asked or opened or info.soft):
                explained = {int(s) for t in tensors for s in t.shape}
                info.soft = any(s not in explained and s > 1 and s % MAGIC for s in result.shape)
            devices.settle(func, info, infos, kwargs, fresh)
            info.device = info.device or default_device.of(func, kwargs, self.state)
            path, at = self.reporter.place(sys._getframe(3))
            before = () if info.node is None else (info.node,)  # of a tensor that was changed in place
            parents = before + tuple(i.node for i in infos if i.node is not None)
            made_by = name if parents or name != "empty" else self.state.places.written(sys._getframe(3)) or name
            info.node = Node(made_by, path, at, result, parents)
            if at is not None and not info.soft:
                self.state.good[(func, (path, at))] = (tuple(result.shape), result.dtype)


_ARITHMETIC = """
    add radd iadd sub rsub isub mul rmul imul truediv rtruediv itruediv pow rpow floordiv rfloordiv mod eq ne lt le gt
    ge
"""
_COPYING = (torch.tensor, torch.as_tensor)
"""Calls that take numbers out of tensors: no gradient goes through them."""
_BY_VALUE = {
    "tensor", "as_tensor", "scalar_tensor", "fill_", "masked_fill", "masked_fill_", "clamp", "clamp_", "add", "sub",
    "mul", "div", "true_divide", "floor_divide", "remainder", "pow", "eq", "ne", "lt", "le", "gt", "ge", "full_like",
    *(f"__{n}__" for n in _ARITHMETIC.split()),
}  # fmt: skip
"""Calls in which a number is a value: one that nobody knows leaves the shape sure."""
_NO_REPLAY = {
    "backward", "__set__", "requires_grad_", "detach", "detach_", "clone", "copy_", "retain_grad", "share_memory_",
    "pin_memory", "zero_", "kaiming_uniform_", "uniform_", "normal_", "xavier_uniform_", "constant_", "trunc_normal_",
    "dropout", "lstm", "gru", "rnn_tanh", "rnn_relu",
}  # fmt: skip
_OF_WEIGHTS = {"linear", "conv1d", "conv2d", "conv3d", "embedding", "lstm", "gru", "rnn_tanh", "rnn_relu"}
"""Calls that take one dtype alone, which their weight has."""
_RECURRENT = {"lstm", "gru", "rnn_tanh", "rnn_relu"}
"""Slow to replay, and their fakes see everything but a state of another dtype."""


def _numel(tensor: torch.Tensor) -> int:
    with no_dispatch():
        return tensor.numel()


def _collect(values: Any, into: list[torch.Tensor], depth: int = 2) -> int:
    """Gather the tensors among arguments.

    Bits of the answer: 1, a soft int was met; 2, something Unknown; 4, a parameter without a shape yet.
    """
    bits = 0
    for value in values:
        kind = type(value)
        if isinstance(value, _Tensor):
            if isinstance(value, UninitializedTensorMixin):
                bits |= 4
            into.append(value)
        elif kind is SoftInt:
            bits |= 1
        elif kind is Unknown:
            bits |= 2
        elif depth and (kind is tuple or kind is list or isinstance(value, (tuple, list, deque))):
            bits |= _collect(itertools.islice(value, 256), into, depth - 1)
        elif depth and kind is dict:
            bits |= _collect(value.values(), into, depth - 1)
    return bits


def _signature(value: Any) -> Any:
    if isinstance(value, _Tensor):
        with no_dispatch():
            strided = value.layout == torch.strided
            return (tuple(value.shape), value.dtype, strided and value.is_contiguous(), value.layout)
    if isinstance(value, (tuple, list)):
        return tuple(_signature(item) for item in value)
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    return value if not isinstance(value, dict) else tuple((k, _signature(v)) for k, v in value.items())


def _may_be_kept(tensor: torch.Tensor) -> bool:
    with no_dispatch():
        return may_be_kept(tensor)


def _keep_values(result: Any, verdict: Verdict, tensors: list[torch.Tensor]) -> None:
    """Keep computed values on the result, where all operands' values were known; of drawn ones the integers."""
    value = verdict.result
    if value is None or not all(sample_values(t) is not None for t in tensors):
        return
    drawn = verdict.random or any(known_values(t) is None for t in tensors)
    pairs: Any = ()
    if isinstance(result, _Tensor):
        pairs = ((result, value),)
    elif isinstance(result, (tuple, list)):
        pairs = zip(result, value, strict=False)
    for fake, real in pairs:
        if isinstance(fake, _Tensor) and isinstance(real, _Tensor) and _may_be_kept(real):
            with no_dispatch():
                same = fake.shape == real.shape and fake.dtype == real.dtype and real.layout == torch.strided
                if verdict.random and (real.is_floating_point() or real.is_complex()):
                    same = False
            if same:
                set_known(fake, real, drawn)
