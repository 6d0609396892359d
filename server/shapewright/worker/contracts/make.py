"""The contracts of a file's modules, one after the other, while there is time."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from shapewright import wire
from shapewright.worker.contracts import adverse, conditions, costs, outputs, symbols
from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.collect import Collector
from shapewright.worker.contracts.ranges import Unsure
from shapewright.worker.contracts.subject import Subject
from shapewright.worker.info import parameter_count
from shapewright.worker.state import OutOfTime

EACH = 4.0
"""Processor seconds for one class; of those it has at most twice what an equal share would be."""
ALTOGETHER = 12.0
"""Processor seconds for one file."""
CONDITIONS = 0.6
"""The share of them for conditions; the rest is for what it costs and what comes out."""


def make_all(collector: Collector, classes: dict[str, Any]) -> tuple[wire.Contract, ...]:
    """The contracts of the classes that ran. What goes wrong with one leaves the others theirs."""
    until = time.process_time() + ALTOGETHER
    made: list[wire.Contract] = []
    for index, (name, cls) in enumerate(classes.items()):
        left = until - time.process_time()
        seconds = min(EACH, 2 * left / (len(classes) - index))
        if left <= 0:
            break
        try:
            subject = collector.subject(name, cls)
            contract = _made(subject, collector, seconds) if subject is not None else None
        except OutOfTime:
            break
        except Exception as error:  # a mistake of ours in one class
            collector.state.notes.append(f"internal: the contract of {name}: {type(error).__name__}: {error}")
            continue
        if contract is not None:
            made.append(contract)
    return tuple(made)


def _made(subject: Subject, collector: Collector, seconds: float) -> wire.Contract | None:
    asker = Asker(collector.state, subject, CONDITIONS * seconds)
    base = {(leaf.path, i): s for leaf in subject.leaves for i, s in enumerate(leaf.shape)}
    try:
        training = not asker.passes(base, False)
        if training and not asker.passes(base, True):
            return None
        found = symbols.find(asker, subject, training)
    except Unsure:
        return None
    constraints: list[wire.Constraint] = []
    complete = False
    with contextlib.suppress(Unsure):
        constraints, complete = conditions.find(asker, found, training)
    asker.more(seconds * (1 - CONDITIONS))
    batch = symbols.batch_of(found)
    amounts = costs.find(asker, found, batch, training)
    try:
        output, used, whole = outputs.find(asker, found, training)
    except Unsure:
        output, used, whole = None, dict[str, int](), False
    fixed = symbols.fixed_names(subject, found)
    held = {name: found.base[slot] for slot, name in fixed.items()}
    contract = wire.Contract(
        subject.name,
        subject.shown({**fixed, **found.names()}),
        (output,) if output is not None else (),
        tuple(constraints),
        found.env,
        {**held, **used},
        batch,
        parameter_count(subject.holder, set()),
        complete=complete and whole,
        source=subject.source,
        construct=subject.construct,
        **amounts,
    )
    collector.state.failures += adverse.look(asker, found, contract, training)
    return contract
