"""Ways to make a tensor that PyTorch does not let a mode see: `torch.from_numpy`, `torch.Tensor(…)` and its like."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from shapewright.worker.answers.table import outside
from shapewright.worker.info import Node, ensure_info, known_values, may_be_kept, no_dispatch, set_known
from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.state import State
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown, is_unknown
from shapewright.worker.unsized import is_unsized

TYPES = (type(torch.LongTensor), type(torch.Tensor), type(torch.nn.Parameter))
_from_numpy = torch.from_numpy


def on_cpu(cls: Any) -> Any:
    """`torch.FloatTensor` for `torch.cuda.FloatTensor`; any other type itself."""
    return getattr(torch, cls.__name__) if getattr(cls, "__module__", "") == "torch.cuda" else cls


def _on_gpu(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        ensure_info(value).device = "cuda:0"
    return value


def variable(cls: Any, data: Any = None, requires_grad: Any = False, volatile: Any = False) -> Any:
    """`torch.autograd.Variable(…)`: a tensor that shares its values and has no history."""
    if is_unknown(data):
        return Unknown("variable")
    made = torch.empty(0) if data is None else data.detach()
    return made.requires_grad_() if requires_grad is True else made


class Constructors:
    """Stand-ins for the constructors, for one run."""

    def __init__(self, state: State) -> None:
        self.state = state

    def from_numpy(self, array: Any) -> Any:
        """`torch.from_numpy`, with PyTorch's own check of the argument."""
        if is_unknown(array):
            return self._unread(array)
        return self._made("from_numpy", lambda: _from_numpy(array))

    def _unread(self, array: Any) -> Any:
        """Of data that were not read; PyTorch refuses what is no array."""
        facts = unread.facts_of(array)
        if isinstance(facts, (unread.Column, unread.Table)):
            refused = "Series" if isinstance(facts, unread.Column) else "DataFrame"
            raise kit.sure(TypeError(f"expected np.ndarray (got {refused})"))
        made = unread.tensor_of(array)
        return Unknown() if made is None else self._placed("from_numpy", made)

    def callee(self, cls: Any) -> Any:
        """What to call in the place of a tensor type."""
        if cls is torch.nn.Parameter:
            return _parameter
        if cls is not torch.Tensor and type(cls) is type(torch.Tensor):
            return cls  # classes of the user's

        if (plain := on_cpu(cls)) is not cls or (cls is torch.Tensor and self.state.default_type):
            if plain is torch.Tensor:
                plain = torch.DoubleTensor if torch.get_default_dtype() is torch.float64 else torch.FloatTensor
            return lambda *args, **kwargs: _on_gpu(self.callee(plain)(*args, **kwargs))

        def construct(*args: Any, **kwargs: Any) -> Any:
            guessed = _guessed(args[0]) if len(args) == 1 else 0
            if guessed == 1 and not isinstance(args[0], int):  # numbers that nobody knows leave the shape sure
                made = self._made(str(cls.__name__), lambda: cls(*args, **kwargs))
                ensure_info(made).known = None
                return made
            if guessed or any(is_unknown(a) for a in args):
                dtype = torch.get_default_dtype() if cls is torch.Tensor else cls.dtype
                made = unread.called(torch.tensor, args, {"dtype": dtype}) if len(args) == 1 else None
                return Unknown() if made is None else self._placed(cls.__name__, made)
            if len(args) == 1 and is_unsized(args[0]):
                made = self._made(str(cls.__name__), lambda: cls(*args, **kwargs))
                with no_dispatch():
                    return torch.empty((MAGIC, *made.shape[1:]), dtype=made.dtype)
            if any(isinstance(a, torch.Tensor) for a in args):
                try:
                    return cls(*args, **kwargs)
                except Exception as error:
                    error.__sw_foreign__ = True  # type: ignore[attr-defined]  # a mark that only we read
                    raise
            if args and isinstance(args[0], (list, tuple)) and any(isinstance(v, torch.Tensor) for v in args[0]):
                known = [known_values(v) if isinstance(v, torch.Tensor) else v for v in args[0]]
                if any(k is None for k in known):
                    known = [torch.zeros(()) if isinstance(v, torch.Tensor) else v for v in args[0]]
                args = (known, *args[1:])
            name = str(getattr(cls, "__name__", "Tensor"))
            if all(type(a) is int for a in args) and not kwargs:
                dtype = torch.get_default_dtype() if cls is torch.Tensor else cls.dtype
                return torch.empty(args or (0,), dtype=dtype)
            return self._made(name, lambda: cls(*args, **kwargs))

        return construct

    def _made(self, op: str, make: Callable[[], torch.Tensor]) -> torch.Tensor:
        try:
            with no_dispatch(), _disable_current_modes():
                real = make()
        except Exception as error:
            error.__sw_foreign__ = True  # type: ignore[attr-defined]  # PyTorch's own refusal, though raised below our code
            raise
        with no_dispatch():
            fake = torch.empty_strided(tuple(real.shape), real.stride(), dtype=real.dtype)
        if may_be_kept(real):
            with no_dispatch(), _disable_current_modes():
                set_known(fake, real.clone())
        return self._placed(op, fake)

    def _placed(self, op: str, fake: torch.Tensor) -> torch.Tensor:
        """The tensor, which remembers where it was made."""
        frame = self.state.places.nearest(sys._getframe(1))
        at = self.state.places.raw(frame) if frame is not None else None
        with no_dispatch():
            ensure_info(fake).node = Node(op, frame.f_code.co_filename if frame is not None else "", at, fake, ())
        return fake


def _guessed(value: Any, depth: int = 3) -> int:
    """1 where unknown numbers stand in a list of lists, 2 where something of an unknown kind does, else 0."""
    kind = type(value)
    if kind is Unknown:
        return 2
    if kind is SoftInt:
        return 1
    return max((_guessed(v, depth - 1) for v in value), default=0) if depth and kind in (list, tuple) else 0


def _parameter(*args: Any, **kwargs: Any) -> Any:
    """`nn.Parameter`: an integer one is refused in PyTorch's own words."""
    data, wanted = (*args, None)[0], kwargs.get("requires_grad", (*args, True, True)[1])
    if isinstance(data, torch.Tensor) and wanted and not data.is_floating_point() and not data.is_complex():
        dtype = data.dtype
        outside(lambda: torch.nn.Parameter(torch.empty((), dtype=dtype)))
    return torch.nn.Parameter(*args, **kwargs)
