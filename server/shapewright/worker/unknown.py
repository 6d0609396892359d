"""Unknown: what stands for a value that cannot be had (a missing package or file, a failed statement).

It absorbs whatever is done with it and never causes a finding. Soft ints are numbers that came out of something
unknown: they behave like ints, and everything made from them is soft too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from shapewright.worker.unsized import watched

MAGIC = 7919
"""Size that stands for an unknown one.

A prime: a dimension that it divides was made from an unknown size, through any arithmetic, with no bookkeeping to tell.
"""


class SoftInt(int):
    """An int of which only the type is sure."""

    __slots__ = ()


def _soft(name: str) -> Any:
    plain = getattr(int, name)

    def operation(self: int, *others: Any) -> Any:
        result = plain(int(self), *(int(o) if type(o) is SoftInt else o for o in others))
        return SoftInt(result) if type(result) is int else result

    operation.__name__ = name
    return operation


_OF_INTS = """
    add radd sub rsub mul rmul floordiv rfloordiv mod rmod pow rpow neg pos abs lshift rshift and or xor invert round
    floor ceil trunc
"""
for _name in _OF_INTS.split():
    setattr(SoftInt, f"__{_name}__", _soft(f"__{_name}__"))


def is_soft_size(size: Any) -> bool:
    """Whether a dimension was made from an unknown size."""
    return type(size) is SoftInt or (isinstance(size, int) and size > 0 and size % MAGIC == 0)


_PARTS = (1000, 3, 6, 7, 9, 11, 12, 13, 16, 32, 64, 128, 256, 512)


def is_part(number: float) -> bool:
    """Whether a number that is not whole is a share of an unknown size (`0.8 * n`, `n / 32`), as only such a one is."""
    if not 1 < number < 1e9 or number.is_integer():
        return False
    return any(abs(share - round(share)) < 1e-7 for share in (number * part / MAGIC for part in _PARTS))


def _may_be_decorated(value: Any) -> bool:
    if isinstance(value, type):
        return value.__module__.partition(".")[0] not in {"builtins", "numpy", "torch"}
    return type(value).__name__ == "function"


class UnknownMeta(type):
    """Class access is absorbed as well: `Base.registry` where Base came from a missing package."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def __instancecheck__(cls: Any, instance: object) -> bool:
        return type(instance) is cls or cls in type(instance).__mro__

    def __subclasscheck__(cls: Any, subclass: type) -> bool:
        return cls in subclass.__mro__


class Unknown:
    """Absorbs attribute access, calls, indexing, arithmetic, iteration and torch functions."""

    __slots__ = ("__weakref__", "_sw_facts", "_sw_name", "_sw_opposite", "_sw_side")
    _sw_side: bool | None
    _sw_opposite: Unknown | None
    differentiated = False
    """Whether `backward` was called on something unknown in this run: then gradients are missing."""
    decided = False
    """Whether something unknown decided in this run how often a loop goes round, which branch is taken or what a number
    is: then what is empty may be so only here."""

    def __init__(self, name: str = "", facts: Any = None) -> None:
        object.__setattr__(self, "_sw_name", name)
        object.__setattr__(self, "_sw_side", None)
        object.__setattr__(self, "_sw_opposite", None)
        object.__setattr__(self, "_sw_facts", facts)  # of data that was not read: `stand_ins.unread`

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Unknown; but `@missing.decorator` gives the function below it back."""
        if len(args) == 1 and not kwargs and _may_be_decorated(args[0]):
            return args[0]
        return Unknown(self._sw_name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name == "backward":
            Unknown.differentiated = True
        if self._sw_facts is not None and (found := self._sw_facts.attribute(self, name)) is not NotImplemented:
            return found
        return Unknown(name)

    def __setattr__(self, name: str, value: Any) -> None:
        return None

    def __delattr__(self, name: str) -> None:
        return None

    def __getitem__(self, item: Any) -> Any:
        if self._sw_facts is not None and (found := self._sw_facts.item(self, item)) is not NotImplemented:
            return found
        return Unknown(self._sw_name)

    def __setitem__(self, item: Any, value: Any) -> None:
        if self._sw_facts is not None:
            object.__setattr__(self, "_sw_facts", self._sw_facts.changed(item, value))

    def __delitem__(self, item: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        Unknown.decided = True
        found = NotImplemented if self._sw_facts is None else self._sw_facts.items()
        return watched((Unknown(self._sw_name),) if found is NotImplemented else found, sys._getframe(1))

    def __next__(self) -> Any:
        return Unknown(self._sw_name)

    def __contains__(self, item: Any) -> bool:
        Unknown.decided = True
        return True

    def __bool__(self) -> bool:
        Unknown.decided = True
        return self._sw_side is not False

    def __len__(self) -> int:
        Unknown.decided = True
        return 1

    def __index__(self) -> int:
        Unknown.decided = True
        return MAGIC

    def __int__(self) -> int:
        Unknown.decided = True
        return SoftInt(MAGIC)

    def __float__(self) -> float:
        Unknown.decided = True
        return 0.5

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> bool:
        return False

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *args: Any) -> bool:
        return False

    def __await__(self) -> Any:
        return self
        yield

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return "<unknown>"

    def __format__(self, spec: str) -> str:
        return "<unknown>"

    def __fspath__(self) -> str:
        return "/unknown"

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __reduce__(self) -> Any:
        return Unknown, ()

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (_base_for(self._sw_name),)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return Unknown()

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from shapewright.worker.stand_ins.unread import arrays

        return arrays.function(func, args, kwargs)

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return Unknown()


def _absorb(name: str) -> Any:
    def operation(self: Unknown, *others: Any) -> Any:
        if self._sw_facts is not None and (name in _ARITHMETIC or name in _COMPARING):
            other = others[0] if others else 0
            facts = self._sw_facts
            found = facts.computed(other) if name in _ARITHMETIC else facts.compared(other)
            return Unknown() if found is NotImplemented else found
        return Unknown()

    operation.__name__ = f"__{name}__"
    return operation


_ELEMENTWISE = "add radd iadd sub rsub isub mul rmul imul truediv rtruediv itruediv neg pow"
_COMPARING = frozenset(("lt", "gt", "le", "ge", "eq", "ne", "and", "or", "xor", "invert"))
_ARITHMETIC = frozenset(_ELEMENTWISE.split())
_ABSORBED = """
    add radd iadd sub rsub isub mul rmul imul truediv rtruediv itruediv floordiv rfloordiv matmul rmatmul mod rmod pow
    rpow neg pos abs invert lt gt le ge eq ne and rand or ror xor rxor lshift rshift divmod round
"""
for _name in _ABSORBED.split():
    setattr(Unknown, f"__{_name}__", _absorb(_name))
Unknown.__hash__ = object.__hash__  # __eq__ above would have taken it away


class UnknownBase(metaclass=UnknownMeta):
    """Base class in the place of one from a missing package."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What its `forward` gives."""
        forward = getattr(type(self), "forward", None)  # of a base that was a module after all
        return Unknown() if forward is None else forward(self, *args, **kwargs)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        pass


_MODULES = (
    *("Module", "Model", "Net", "Mixin_", "Transformer", "Layer", "Block", "Encoder", "Decoder", "Attention"),
    *("Backbone", "Head", "Bottleneck", "Wrapper", "VAE", "GAN", "LSTM", "GRU", "Conv1d", "Conv2d", "Conv3d", "Linear"),
)
"""How names of classes end that are modules, as far as anybody can tell from a name."""


def _base_for(name: str) -> type:
    """`LightningModule`, `PreTrainedModel`: a module, so that its layers register and it can be called."""
    if not name.endswith(_MODULES):
        return UnknownBase
    import torch.nn

    class UnknownModule(torch.nn.Module):
        """A module whose base class is missing: what it does not have is Unknown."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__()

        def __getattr__(self, attribute: str) -> Any:
            try:
                return super().__getattr__(attribute)
            except AttributeError:
                if attribute.startswith("_"):
                    raise
                return Unknown(attribute)

        # torch's own refuse a name that `hasattr` finds, and it finds every name.
        def register_parameter(self, name: str, param: Any) -> None:
            self._parameters[name] = param

        def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
            self._buffers[name] = tensor

        def __init_subclass__(cls, **kwargs: Any) -> None:
            pass

    return UnknownModule


def decide(value: Unknown, side: bool) -> bool:
    """The truth of something unknown in this run: `side`, unless a branch before took another of the same value.

    A value is true or false, not both: `None if done else state` and `if done: break` go the same way.
    """
    decided = value._sw_side
    if decided is not None:
        return decided
    object.__setattr__(value, "_sw_side", side)
    if value._sw_opposite is not None:
        decide(value._sw_opposite, not side)
    return side


def opposite(value: Unknown) -> Unknown:
    """`not value`, which is decided together with it."""
    known = value._sw_opposite
    if known is not None:
        return known
    negated = Unknown(value._sw_name)
    object.__setattr__(negated, "_sw_opposite", value)
    object.__setattr__(value, "_sw_opposite", negated)
    if value._sw_side is not None:
        decide(negated, not value._sw_side)
    return negated


def is_unknown(value: Any) -> bool:
    """Whether a value is, or holds at its first level, something unknown."""
    kind = type(value)
    if kind is Unknown or kind is SoftInt:
        return True
    if kind in (tuple, list):
        return any(type(item) is Unknown or type(item) is SoftInt for item in value)
    return False


def shaped_like(pattern: Any) -> Any:
    """Unknown in the structure that a target unpacks (`sites` pattern: None, a tuple of patterns, `...` for a star)."""
    if not isinstance(pattern, tuple):
        return Unknown()
    return tuple(shaped_like(p) for p in pattern if p is not ...)
