"""Where an operand can be changed: in the failing call, at its callers, where it is assigned or made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shapewright import wire
from shapewright.fixes._context import Context, Spot
from shapewright.fixes._origins import assigned, given, parameter

Reach = Literal["call", "argument", "assigned", "step", "birth"]
_COST: dict[Reach, float] = {"call": 0.0, "argument": 0.3, "assigned": 0.4, "step": 0.5, "birth": 0.3}


@dataclass(frozen=True)
class Place:
    """An expression that holds the operand, or what it is computed from. `shape` is what it holds there."""

    spot: Spot
    reach: Reach
    fact: wire.TensorFact

    @property
    def cost(self) -> float:
        """How far from the failing call it is."""
        return _COST[self.reach]


def places(context: Context, operand: wire.Operand, *, steps: bool = True) -> list[Place]:
    """Where an operand can be changed, the failing call first; each expression once."""
    fact = operand.value.tensor
    if fact is None:
        return []
    found: list[Place] = []
    spot = context.spot(operand.span) or _item(context, operand.name)
    if spot is not None:
        found.append(Place(spot, "call", fact))
        found += [Place(s, "argument", fact) for s in arguments(context, spot)]
        found += [Place(s, "assigned", fact) for s in _assignments(spot)]
    for number, step in enumerate(operand.history if steps else ()):
        at, its = context.spot(step.span), step.value.tensor
        if at is not None and its is not None and not is_iterated(at):
            last = number == len(operand.history) - 1
            found.append(Place(at, "birth" if last and step.kind == "made" else "step", its))
    unique: dict[tuple[object, ...], Place] = {}
    for place in found:
        if not isinstance(getattr(place.spot.node, "ctx", None), ast.Store):
            unique.setdefault(place.spot.key, place)
    return list(unique.values())


def _item(context: Context, name: str) -> Spot | None:
    """`tensors[1]` of a list that was written out before the call: its second item."""
    call, (_, _, number) = context.failing, name.partition("[")
    given = call.node.args[:1] if call is not None and isinstance(call.node, ast.Call) else []
    if call is None or not number[:-1].isdecimal() or not given or not isinstance(given[0], ast.Name):
        return None
    written = list(_assignments(call.at(given[0])))
    items = written[0].node.elts if written and isinstance(written[0].node, (ast.List, ast.Tuple)) else []
    position = int(number[:-1])
    return written[0].at(items[position]) if position < len(items) else None


def is_iterated(spot: Spot) -> bool:
    """Whether an expression is what a loop asks for its items: it holds them, and is none."""
    around = spot.tree.parents.get(spot.node)
    return isinstance(around, (ast.For, ast.comprehension)) and around.iter is spot.node


def arguments(context: Context, spot: Spot) -> Iterator[Spot]:
    """Where the callers on the way to the failure give what a name holds, from the inner to the outer ones."""
    frames = context.failure.stack
    number = len(frames) - 1
    while number > 0 and isinstance(spot.node, ast.Name):
        function = spot.tree.function(spot.node)
        if function is None or not parameter(function, spot.node.id):
            return
        before = [s for s in assigned(spot.tree, function, spot.node.id) if s.node.lineno < spot.node.lineno]
        call = context.spot(frames[number - 1].span)
        if before or call is None or isinstance(function, ast.Lambda):
            return
        passed = given(context, call, function, spot.node.id)
        if passed is None:
            return
        yield passed
        spot, number = passed, number - 1


def _assignments(spot: Spot) -> Iterator[Spot]:
    """The value of the last assignment to a name in front of its use."""
    if isinstance(spot.node, ast.Name):
        scope = spot.tree.function(spot.node) or spot.tree.module
        before = [s for s in assigned(spot.tree, scope, spot.node.id) if (s.node.end_lineno or 0) < spot.node.lineno]
        if before and not isinstance(before[-1].node, ast.Constant):
            yield before[-1]
