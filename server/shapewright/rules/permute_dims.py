"""`permute-dims`: an order of dimensions that is not one of all the dimensions."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Too few, too many, or one twice; or a `t()` of more than a matrix."""
    name = facts.op(failure).rstrip("_")
    operand, given = facts.operand(failure, "self", "input"), facts.tensor(failure, "self", "input")
    if given is None or given.shape is None:
        return None
    rank = len(given.shape)
    if name == "t" and rank > 2:
        return Told(
            f"t() turns a matrix and wants at most 2 dimensions, but gets {tensor(given)}", places.rank_from(operand)
        )
    dims = facts.integers(failure)
    if name != "permute" or dims is None:
        return None
    call = f"permute({', '.join(map(str, dims))})"
    if len(dims) != rank:
        message = f"{call} orders {plural(len(dims), 'dimension')}, but {tensor(given)} has {rank}"
        return Told(message, places.rank_from(operand))
    beyond = [dim for dim in dims if not -rank <= dim < rank]
    if beyond:
        return Told(f"{call}: there is no dimension {beyond[0]} in {tensor(given)}", places.rank_from(operand))
    twice = [dim for index, dim in enumerate(dims) if dim % rank in [d % rank for d in dims[:index]]]
    if twice:
        return Told(f"{call} names dimension {twice[0]} of {tensor(given)} twice")
    return None


RULE = Rule("permute-dims", "A permutation does not name every dimension once.", check)
