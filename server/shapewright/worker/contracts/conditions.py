"""The conditions on free sizes, each with sizes that break it and what PyTorch says to them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from shapewright import wire
from shapewright.worker.contracts import ranges
from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.ranges import Range, Unsure
from shapewright.worker.contracts.symbols import Symbol, Symbols, batch_of

SLOW = 0.1
"""After a run that takes so many seconds nothing larger is tried: a loop over time would take all there are."""
BATCHES = 600
"""No larger batch is tried."""
JOINT = 4
"""Combinations of sizes that are tried at the end."""


def find(asker: Asker, found: Symbols, training: bool) -> tuple[list[wire.Constraint], bool]:
    """The conditions, and whether sizes that satisfy all of them run. Sets the symbols' ranges."""
    constraints: list[wire.Constraint] = []
    complete = True
    for symbol in found.free:
        if symbol.like:
            other = symbol.base + (symbol.range or _like(found, symbol)).step
            constraints += _broken(asker, found, f"{symbol.like} == {symbol.name}", {symbol.name: other}, training)
            continue
        left = sum(1 for s in found.free if s.range is None and not s.like)
        try:
            with asker.share(left):  # one part of it for what comes after
                symbol.range = ranges.find(_ask(asker, found, symbol, training), symbol.base)
        except Unsure:
            symbol.range = None
        if symbol.range is None:
            complete = False
            continue
        for text, size in symbol.range.conditions(symbol.name):
            constraints += _broken(asker, found, text, {symbol.name: size}, training)
    try:
        complete = complete and _joint(asker, found, training)
        for text, env in () if training else _training(asker, found):
            constraints += [
                wire.Constraint(c.text, True, c.breaks, c.message, c.span)
                for c in _broken(asker, found, text, env, True)
            ]
    except Unsure:
        complete = False
    return constraints, complete


def _like(found: Symbols, symbol: Symbol) -> Range:
    return next((s.range for s in found.free if s.name == symbol.like and s.range is not None), Range())


def _ask(asker: Asker, found: Symbols, symbol: Symbol, training: bool) -> ranges.Ask:
    # A bound on the batch, where there is one, shows soon: it is a number that somebody wrote.
    largest = BATCHES if symbol.name == batch_of(found) else ranges.TALLEST

    def ask(size: int) -> bool:
        nonlocal largest
        if size > largest:
            raise Unsure
        began = time.process_time()
        passed = asker.passes(found.at({symbol.name: size}), training)
        if time.process_time() - began > SLOW and size > symbol.base:
            largest = size
        return passed

    return ask


def _broken(asker: Asker, found: Symbols, text: str, env: dict[str, int], training: bool) -> Iterator[wire.Constraint]:
    """A condition with what happens where it does not hold; nothing where it turns out to run."""
    stop = asker.run(found.at(env), training).stop
    if stop is None:
        return
    path, at = stop.place or ("", None)
    span = asker.state.place(path, at) if at is not None else None
    message = " ".join(str(stop.error).split()) or type(stop.error).__name__
    yield wire.Constraint(text, breaks=env, message=message[:300], span=span)


def drawn(found: Symbols, count: int, seed: int = 7) -> Iterator[dict[str, int]]:
    """Combinations of sizes that satisfy the ranges."""
    chance = random.Random(seed)
    for _ in range(count):
        env: dict[str, int] = {}
        for symbol in found.free:
            if symbol.like:
                continue
            held = symbol.range
            env[symbol.name] = chance.choice(held.samples(symbol.base) or [symbol.base]) if held else symbol.base
        yield env


def _joint(asker: Asker, found: Symbols, training: bool) -> bool:
    return all(asker.passes(found.at(env), training) for env in drawn(found, JOINT))


def _training(asker: Asker, found: Symbols) -> Iterator[tuple[str, dict[str, int]]]:
    """Lower bounds that only training has: a normalisation over one value has no spread."""
    if not asker.passes(found.at({}), True):
        return
    for symbol in found.free:
        if symbol.range is None or symbol.like:
            continue
        ask = _ask(asker, found, symbol, True)
        low = symbol.range.low
        if ask(low):
            continue
        last = ranges.edge(ask, symbol.base, low, symbol.range.step)
        yield f"{symbol.name} >= {last}", {symbol.name: last - symbol.range.step}
