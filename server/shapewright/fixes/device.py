"""A tensor moved to the device of the others: `.to(x.device)`, a buffer registered, a factory's `device=`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._dims import variable
from shapewright.fixes._origins import attributes
from shapewright.fixes._places import places


def offers(context: Context) -> Iterator[Offer]:
    """Move what is on another device than the rest."""
    failure = context.failure
    if read.cause(failure) != "device":
        return
    tensors = [o for o in failure.operands if o.value.tensor is not None]
    own = next((o.value.tensor.device for o in tensors if o.name in read.PARAMETERS and o.value.tensor), None)
    for operand in tensors:
        fact = operand.value.tensor
        if fact is None:
            continue
        others = [o for o in tensors if o.value.tensor is not None and o.value.tensor.device != fact.device]
        if fact.device == "meta" and others:
            yield from _real(context, others[0].value.tensor.device if others[0].value.tensor else "cpu")
        if others:
            yield from _buffer(context, operand)
            yield from _moved(context, operand, others[0], own)


def _real(context: Context, device: str) -> Iterator[Offer]:
    """A device without data: made on a real one."""
    for tree in context.trees:
        for node in tree.expressions:
            if isinstance(node, ast.Constant) and node.value == "meta":
                yield Offer(f"Make it on {device}, with data", (tree.replace(node, f'"{device}"'),), 0.4, sure=True)


def _buffer(context: Context, operand: wire.Operand) -> Iterator[Offer]:
    """An attribute that is a plain tensor: as a buffer it moves with the module."""
    spot = context.spot(operand.span)
    if spot is None or not isinstance(spot.node, ast.Attribute):
        return
    owner = spot.tree.owner(spot.node)
    for stored in attributes(spot.tree, owner, spot.node.attr) if owner is not None else []:
        statement = stored.tree.statement(stored.node)
        if isinstance(statement, ast.Assign) and statement.value is stored.node and len(statement.targets) == 1:
            name = spot.node.attr
            text = f'self.register_buffer("{name}", {stored.tree.text(stored.node)})'
            title = f"Register {name} as a buffer, so that it moves with the module"
            yield Offer(title, (stored.tree.replace(statement, text),), 0.2, sure=True)


def _moved(context: Context, operand: wire.Operand, other: wire.Operand, own: str | None) -> Iterator[Offer]:
    target = context.spot(other.span)
    fact = other.value.tensor
    if operand.name in read.PARAMETERS or fact is None:
        return
    text = f".to({target.text}.device)" if _is_simple(target) and target is not None else None
    for place in places(context, operand, steps=False):
        name = _device_name(place.spot) if fact.device != "cpu" else None
        for number, suffix in enumerate(s for s in (f".to({name})" if name else None, text) if s is not None):
            made = place.spot.tree.suffixed(place.spot.node, suffix)
            rank = 0.6 + place.cost + 0.2 * number + (0.0 if own == fact.device else 0.5)
            yield Offer(f"Move {place.spot.text} to {fact.device}: {made}", place.spot.suffix(suffix), rank, sure=True)
    for step in operand.history[-1:]:
        made_at = context.spot(step.span)
        name = _device_name(made_at) if made_at is not None and fact.device != "cpu" else None
        if made_at is not None and isinstance(made_at.node, ast.Call) and step.kind == "made" and name:
            edit = made_at.tree.keyword(made_at.node, "device", name)
            yield Offer(f"Make {variable(made_at)} on {name} (device={name})", (edit,), 0.5, sure=True)


def _is_simple(spot: Spot | None) -> bool:
    return spot is not None and isinstance(spot.node, (ast.Name, ast.Attribute))


def _device_name(spot: Spot) -> str | None:
    """A variable for the device that the code may use here."""
    function = spot.tree.function(spot.node)
    for scope in (function, spot.tree.module):
        if scope is None:
            continue
        for node in ast.walk(scope):
            if (
                isinstance(node, ast.Name)
                and node.id in ("device", "DEVICE", "dev")
                and isinstance(node.ctx, ast.Store)
            ):
                return node.id
            if isinstance(node, ast.arg) and node.arg == "device" and scope is function:
                return "device"
    return None
