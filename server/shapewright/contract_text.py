"""How a contract is written for people: in a line above a class, in lines for a hover or a terminal, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapewright import show, wire
from shapewright.modelview.table import amount, size

BATCHES = (1, 8, 32, 128)
"""Batches for which the amounts are spelt out."""


def head(contract: wire.Contract) -> str:
    """What goes in and what comes out: `x: f32[B, 3, H, W] → f32[B, 10]`."""
    named = len(contract.inputs) > 1
    given = [f"{f.name}: {show.value_text(f.value)}" if named else show.value_text(f.value) for f in contract.inputs]
    return f"{', '.join(given) or '()'} → {_outputs(contract)}"


def line(contract: wire.Contract) -> str:
    """All in one line, for the place above the class."""
    parts = [head(contract), *conditions(contract)]
    if contract.parameters:
        parts.append(f"{show.count_text(contract.parameters)} parameters")
    if contract.flops is not None and (contract.flops.fixed or contract.flops.each):
        parts.append(_growth(contract.flops, contract.batch, _flops))
    return " · ".join(parts)


def lines(contract: wire.Contract) -> list[str]:
    """The inputs, the outputs, and the conditions, a line each."""
    width = max((len(f.name) for f in contract.inputs), default=0)
    rows = [f"{fact.name:<{width}}: {show.value_text(fact.value)}" for fact in contract.inputs]
    rows.append(f"→ {_outputs(contract)}")
    rows += [f"where {text}" for text in conditions(contract)]
    if contract.fixed:
        rows.append("with " + ", ".join(f"{name} = {value}" for name, value in contract.fixed.items()))
    return rows


def conditions(contract: wire.Contract) -> list[str]:
    """`H % 32 == 0`, `B >= 2 in training`."""
    return [c.text + (" in training" if c.training else "") for c in contract.constraints]


def costs(contract: wire.Contract) -> list[str]:
    """Parameters, operations and memory, a line each."""
    rows = [f"{show.count_text(contract.parameters)} parameters ({size(4 * contract.parameters)} in float32)"]
    if contract.flops is not None and (contract.flops.fixed or contract.flops.each):
        rows.append(f"one forward: {_growth(contract.flops, contract.batch, _flops)}{_at(contract)}")
    for name, growth in (
        ("peak activations", contract.memory),
        ("peak activations in training", contract.training_memory),
    ):
        if growth is not None and (growth.fixed or growth.each):
            rows.append(f"{name}: {_growth(growth, contract.batch, size)}{_by_batch(growth, contract.batch)}")
    return rows


def data(contract: wire.Contract) -> dict[str, Any]:
    """For programs."""
    return {
        "name": contract.name,
        "inputs": [{"name": f.name, "value": show.value_text(f.value)} for f in contract.inputs],
        "outputs": [show.value_text(value) for value in contract.outputs],
        "constraints": [
            {"text": c.text, "training": c.training, "breaks": c.breaks, "message": c.message}
            for c in contract.constraints
        ],
        "sizes": contract.sizes,
        "fixed": contract.fixed,
        "batch": contract.batch,
        "parameters": contract.parameters,
        "flops": _amounts(contract.flops),
        "memory": _amounts(contract.memory),
        "training_memory": _amounts(contract.training_memory),
        "complete": contract.complete,
        "source": contract.source,
        "construct": contract.construct,
    }


def _outputs(contract: wire.Contract) -> str:
    return ", ".join(show.value_text(value) for value in contract.outputs) or "?"


def _amounts(growth: wire.Growth | None) -> dict[str, int] | None:
    return None if growth is None else {"fixed": growth.fixed, "each": growth.each}


def _flops(count: int) -> str:
    return f"{amount(count)} FLOPs" if count < 1000 else f"{amount(count)}FLOPs"


def _growth(growth: wire.Growth, batch: str, text: Callable[[int], str]) -> str:
    """`12.3 MB × B + 1.2 kB`."""
    parts = [f"{text(growth.each)} × {batch}"] if growth.each else []
    if growth.fixed or not growth.each:
        parts.append(text(growth.fixed))
    return " + ".join(parts)


def _at(contract: wire.Contract) -> str:
    """The sizes for which amounts hold."""
    others = [f"{n} = {s}" for n, s in contract.sizes.items() if n != contract.batch]
    return f" at {', '.join(others)}" if others else ""


def _by_batch(growth: wire.Growth, batch: str) -> str:
    examples = [f"{batch} = {count}: {size(growth.at(count))}" for count in BATCHES]
    return f" ({', '.join(examples)})" if growth.each else ""
