"""Spaces of observations and actions: their shapes, dtypes, and samples."""

from __future__ import annotations

from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, soft


class Space:
    """What all spaces can do."""

    shape: Any = None
    dtype: Any = None

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """One member; Unknown where nobody knows its shape."""
        return Unknown("sample")

    def seed(self, seed: Any = None) -> list[Any]:
        """There is no chance."""
        return [seed]

    def contains(self, x: Any) -> Any:
        """Nobody knows."""
        return Unknown("contains")

    __contains__ = contains

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in {"n", "low", "high", "nvec", "spaces"}:
            raise kit.real(AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'"))
        return Unknown(name)


class Box(Space):
    """Arrays of one shape; its bounds are arrays of that shape."""

    def __init__(self, low: Any, high: Any, shape: Any = None, dtype: Any = "float32", seed: Any = None) -> None:
        np = kit.numpy()
        if shape is None:
            shape = next((b.shape for b in (low, high) if hasattr(b, "shape")), (1,))
        self.shape, self.dtype = Unknown("shape"), Unknown("dtype")
        if np is not None and not is_unknown(shape) and not soft(*shape) and not is_unknown(dtype):
            self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.low, self.high = (self._bound(b) for b in (low, high))

    def _bound(self, bound: Any) -> Any:
        np = kit.numpy()
        if is_unknown(self.shape) or is_unknown(bound) or np is None:
            return Unknown("bound")
        return np.broadcast_to(np.asarray(bound), self.shape).astype(self.dtype)

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """Integers over the whole range, so that they look like a picture; numbers between -1 and 1."""
        if is_unknown(self.shape):
            return Unknown("sample")
        if self.dtype.kind in "iu":
            return kit.pattern_array(self.shape, self.dtype.name)
        return kit.pattern_array(self.shape, self.dtype.name, -99, 100) / self.dtype.type(100)


class Discrete(Space):
    """The integers below `n`."""

    shape = ()

    def __init__(self, n: Any, seed: Any = None, start: Any = 0) -> None:
        self.n, self.start = n, start
        np = kit.numpy()
        self.dtype = np.dtype("int64") if np is not None else None

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """The first; NumPy's own integer, as the package gives it."""
        np = kit.numpy()
        return Unknown("sample") if np is None or is_unknown(self.start) else np.int64(self.start)


class MultiDiscrete(Space):
    """Several integers, each below its own number."""

    def __init__(self, nvec: Any, *args: Any, **kwargs: Any) -> None:
        np = kit.numpy()
        self.nvec: Any = Unknown("nvec") if np is None or is_unknown(nvec) else np.asarray(nvec, dtype="int64")
        self.shape = self.nvec.shape

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """The first of each."""
        return self.nvec * 0


class Dict(Space):
    """Spaces by name."""

    def __init__(self, spaces: Any = None, seed: Any = None, **kwargs: Any) -> None:
        self.spaces = Unknown("spaces") if is_unknown(spaces) else {**dict(spaces or {}), **kwargs}

    def __getitem__(self, key: Any) -> Any:
        return self.spaces[key]

    def items(self) -> Any:
        """Names and spaces."""
        return self.spaces.items()

    def keys(self) -> Any:
        """Names."""
        return self.spaces.keys()

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """A member of each."""
        if is_unknown(self.spaces):
            return Unknown("sample")
        return {name: space.sample() for name, space in self.spaces.items()}


class Tuple(Space):
    """Spaces in order."""

    def __init__(self, spaces: Any, seed: Any = None) -> None:
        self.spaces = Unknown("spaces") if is_unknown(spaces) else tuple(spaces)

    def __getitem__(self, index: Any) -> Any:
        return self.spaces[index]

    def __len__(self) -> int:
        return len(self.spaces)

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """A member of each."""
        return Unknown("sample") if is_unknown(self.spaces) else tuple(space.sample() for space in self.spaces)


kit.named("gymnasium.spaces", Space, Box, Discrete, MultiDiscrete, Dict, Tuple)
NAMES: dict[str, Any] = {
    "Space": Space, "Box": Box, "Discrete": Discrete, "MultiDiscrete": MultiDiscrete, "Dict": Dict, "Tuple": Tuple,
}  # fmt: skip
