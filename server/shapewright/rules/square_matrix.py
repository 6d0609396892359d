"""`square-matrix`: a matrix that is not square where one must be."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SQUARE = {"inv", "inverse", "det", "logdet", "slogdet", "cholesky", "eig", "eigh", "eigvals", "eigvalsh", "matrix_exp",
           "matrix_power", "solve", "lu_factor", "cholesky_inverse", "inv_ex", "cholesky_ex"}  # fmt: skip


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The last two dimensions differ, or there are not two."""
    name = facts.op(failure)
    operand, given = facts.operand(failure, "input", "A", "self"), facts.tensor(failure, "input", "A", "self")
    if name not in _SQUARE or given is None or given.shape is None:
        return None
    if len(given.shape) >= 2 and not facts.differ(given.shape[-1], given.shape[-2]):
        return None
    return Told(f"{name} wants a square matrix but gets {tensor(given)}", places.rank_from(operand))


RULE = Rule("square-matrix", "A matrix is not square where it must be.", check)
