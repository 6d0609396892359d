"""Another dtype for the model: `.double()` behind its construction."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._dtypes import METHODS
from shapewright.fixes._origins import constructions, find_class


def offers(context: Context) -> Iterator[Offer]:
    """The layer's parameters in the dtype of what it is given, by a cast of the whole model."""
    failure = context.failure
    own = next((d for o in failure.operands if o.name in read.PARAMETERS and (d := read.dtype(o))), None)
    given = next((d for o in read.inputs(failure) if (d := read.dtype(o)) in read.FLOATS and d != own), None)
    if failure.module is None or own not in read.FLOATS or given is None or read.cause(failure) != "dtype":
        return
    for spot in _models(context):
        tree = spot.tree
        yield Offer(
            f"Make the model {given}: {tree.suffixed(spot.node, METHODS[given])}", spot.suffix(METHODS[given]), 4.5
        )


def _models(context: Context) -> list[Spot]:
    """The construction of the outermost model that can be told, or of the layer alone."""
    fact = context.failure.owner
    found = find_class(context, fact.type) if fact is not None else None
    sites = list(constructions(context, found[1]))[:1] if found is not None else []
    layer = layers.made(context)
    sites = sites or ([layer] if layer is not None else [])
    return [_chain(spot) for spot in sites]


def _chain(spot: Spot) -> Spot:
    """The whole chain of calls that a construction begins: `Net().to(device)`."""
    parent = spot.tree.parents.get(spot.node)
    while isinstance(parent, ast.Attribute):
        call = spot.tree.parents.get(parent)
        if not isinstance(call, ast.Call):
            break
        spot, parent = spot.at(call), spot.tree.parents.get(call)
    return spot
