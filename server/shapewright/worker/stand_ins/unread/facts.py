"""What is known of data that was not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapewright.worker.unknown import MAGIC, SoftInt, Unknown

NUMBER = "number"
"""The dtype of numbers that a text file gave: int64 or float64, never float32."""
Size = int | None
Shape = tuple[Size, ...]


@dataclass(frozen=True)
class Facts:
    """Sizes (None where only the data says them) and NumPy's name of the dtype (None where nobody knows it)."""

    shape: Shape
    dtype: str | None = None

    def __len__(self) -> int:
        return len(self.shape)

    def unknown(self) -> Unknown:
        """A value of which this is known."""
        return Unknown(type(self).__name__.lower(), self)

    def attribute(self, owner: Unknown, name: str) -> Any:
        """An attribute of it; NotImplemented where a plain Unknown has to do."""
        return NotImplemented

    def item(self, owner: Unknown, key: Any) -> Any:
        """One or some of its items."""
        return NotImplemented

    def changed(self, key: Any, value: Any) -> Facts | None:
        """What is known after items were assigned."""
        return self

    def computed(self, other: Any) -> Any:
        """What arithmetic with another value gives."""
        return NotImplemented

    def compared(self, other: Any) -> Any:
        """What a comparison with another value gives."""
        return NotImplemented

    def items(self) -> Any:
        """What a loop over it gives; NotImplemented as above."""
        return NotImplemented


def shown(size: Size) -> int:
    """A size as the program sees it."""
    return SoftInt(MAGIC) if size is None else size


def given(value: Any) -> Size:
    """A size that the program gave."""
    return None if type(value) in (SoftInt, Unknown) or not isinstance(value, int) or value % MAGIC == 0 else int(value)


def joined(first: str | None, second: str | None) -> str | None:
    """The dtype that two give together, of those that text files give."""
    if first == second:
        return first
    both = {first, second}
    if both <= {"float64", NUMBER, "int64", "float32", "bool"} and "float64" in both:
        return "float64"
    return NUMBER if both <= {NUMBER, "int64"} else None
