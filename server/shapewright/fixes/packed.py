"""Sequences that are not sorted by their length: `enforce_sorted=False`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer, last_name


def offers(context: Context) -> Iterator[Offer]:
    """The option of `pack_padded_sequence` that sorts them."""
    spot = context.failing
    if spot is None or not isinstance(spot.node, ast.Call) or not last_name(spot.node.func).startswith("pack_"):
        return
    edit = spot.tree.keyword(spot.node, "enforce_sorted", "False")
    yield Offer("Let PyTorch sort them (enforce_sorted=False)", (edit,), 0.2, sure=True)
