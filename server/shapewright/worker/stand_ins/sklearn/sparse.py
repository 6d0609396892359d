"""Sparse matrices, as vectorizers and encoders give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, sure


@dataclass(frozen=True)
class Matrix(unread.Array):
    """`np.matrix`, whose rows are matrices too."""

    def item(self, owner: Unknown, key: Any) -> Any:
        """Of two dimensions, whatever the index is."""
        return NotImplemented


class Sparse:
    """A sparse matrix that is dense inside."""

    def __init__(self, array: Any) -> None:
        self._array, self.shape, self.dtype = array, array.shape, array.dtype  # of an array that may be Unknown

    def toarray(self, *args: Any, **kwargs: Any) -> Any:
        """The array."""
        return self._array

    def todense(self, *args: Any, **kwargs: Any) -> Any:
        """The matrix."""
        if not is_unknown(self._array):
            return kit.numpy().asmatrix(self._array)
        facts = unread.facts_of(self._array)
        return Unknown("matrix") if facts is None else Matrix(facts.shape, facts.dtype).unknown()

    def part(self, start: int, stop: int) -> Sparse:
        """Some rows."""
        return Sparse(self._array[start:stop])

    def parts(self) -> tuple[Sparse, Sparse]:
        """What a split into an unknown number of samples makes of it."""
        first, second = unread.parts(self._array)
        return Sparse(first), Sparse(second)

    def __len__(self) -> int:
        raise sure(TypeError("sparse matrix length is ambiguous; use getnnz() or shape[0]"))

    def __getitem__(self, key: Any) -> Any:
        return Sparse(self._array[key]) if isinstance(key, slice) else Unknown("row")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._array if name == "A" else Unknown(name)


Sparse.__name__ = Sparse.__qualname__ = "csr_matrix"
kit.named("scipy.sparse._csr", Sparse)
