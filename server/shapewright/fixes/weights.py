"""Weights of a loss that are not as many as the classes: left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Offer
from shapewright.fixes._layers import made
from shapewright.model import Edit, Location
from shapewright.source import Range


def offers(context: Context) -> Iterator[Offer]:
    """The loss without its weights."""
    if "weight tensor should be defined" not in context.failure.message:
        return
    for spot in (made(context), context.failing):
        call = spot.node if spot is not None else None
        if spot is None or not isinstance(call, ast.Call):
            continue
        arguments = [*call.args, *(k.value for k in call.keywords)]
        for keyword in call.keywords:
            if keyword.arg == "weight":
                start, end = (
                    spot.tree.source.from_ast(keyword.lineno, keyword.col_offset),
                    spot.tree.range(keyword.value).end,
                )
                number = arguments.index(keyword.value)
                if number:
                    start = spot.tree.range(arguments[number - 1]).end
                edit = Edit(Location(spot.tree.path, Range(start, end)), "")
                if number or len(arguments) == 1:
                    yield Offer("Leave the weights out", (edit,), 1.0)
