"""What comes out, with every dimension as an expression of the free sizes."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import Any

from shapewright import wire
from shapewright.worker.contracts import conditions
from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.ranges import Unsure
from shapewright.worker.contracts.subject import Path, items_of, tensors
from shapewright.worker.contracts.symbols import Symbols, argument_of, moves
from shapewright.worker.info import describe, no_dispatch
from shapewright.worker.targets.fits import fit

_EACH = 6
"""Sizes of one name that an expression is fitted to, the others as they are."""
_TOGETHER = 4
ROUNDS = 3
"""How often an expression is put to the test where it rounds."""
_ROUNDED = re.compile(r"\(?([^\W\d]\w*)([+-]\d+)?\)?//(\d+)")
Shapes = dict[Path, tuple[int, ...]]


def find(asker: Asker, found: Symbols, training: bool) -> tuple[wire.Value | None, dict[str, int], bool]:
    """The output with its symbols, the constructor's arguments among them, and whether all were found."""
    base = asker.run(found.at({}), training)
    if not base.passed or not asker.is_certain(base):
        return (describe(base.output) if base.passed else None), {}, False
    runs: list[tuple[dict[str, int], Shapes]] = []
    for env in _environments(found):
        _run(asker, found, env, training, runs)
    shapes, names = _shapes(base.output), [s.name for s in found.free if not s.like]
    symbols = _fitted(shapes, runs, names)
    for _ in range(ROUNDS):
        turns = [env for env in _turns(symbols, found) if {**found.env, **env} not in [e for e, _ in runs]]
        if not turns:
            break
        for env in turns:
            _run(asker, found, env, training, runs)
        symbols = _fitted(shapes, runs, names)
    used: dict[str, int] = {}
    for path, texts in symbols.items():
        for index, (text, size) in enumerate(zip(texts, shapes[path], strict=True)):
            named = argument_of(size, asker.subject.arguments) if text == str(size) and size > 1 else ""
            if named and texts.count(text) == 1:  # of two dimensions of one size no argument is likely to be meant
                symbols[path] = (*symbols[path][:index], named, *symbols[path][index + 1 :])
                used[named] = size
    whole = not any("?" in texts for texts in symbols.values()) and len(runs) > len(names)
    return _shown(base.output, (), symbols), used, whole


def _run(
    asker: Asker, found: Symbols, env: dict[str, int], training: bool, runs: list[tuple[dict[str, int], Shapes]]
) -> None:
    with contextlib.suppress(Unsure):
        probe = asker.run(found.at(env), training)
        if probe.passed:
            runs.append(({**found.env, **env}, _shapes(probe.output)))


def _fitted(shapes: Shapes, runs: list[tuple[dict[str, int], Shapes]], names: list[str]) -> dict[Path, tuple[str, ...]]:
    symbols: dict[Path, tuple[str, ...]] = {}
    for path, shape in shapes.items():
        seen = [(env, other[path]) for env, other in runs if len(other.get(path, ())) == len(shape)]
        if len(seen) < len(runs):
            symbols[path] = ("?",) * len(shape)
            continue
        columns = zip(*(other for _, other in seen), strict=True)
        symbols[path] = tuple(fit(column, [env for env, _ in seen], names) or "?" for column in columns)
    return symbols


def _turns(symbols: dict[Path, tuple[str, ...]], found: Symbols) -> list[dict[str, int]]:
    """Sizes just before and at which a rounded expression jumps: there a wrong rounding shows."""
    turns: list[dict[str, int]] = []
    ranges = {s.name: s for s in found.free if s.range is not None}
    for name, shift, divisor in {m.groups() for texts in symbols.values() for t in texts for m in _ROUNDED.finditer(t)}:
        symbol = ranges.get(name)
        if symbol is None or symbol.range is None:
            continue
        jump = next(n for n in range(symbol.base + 1, symbol.base + 200) if (n + int(shift or 0)) % int(divisor) == 0)
        turns += [{name: n} for n in (jump - 1, jump, jump + int(divisor) // 2) if symbol.range.holds(n)]
    return turns


def _environments(found: Symbols) -> list[dict[str, int]]:
    environments: list[dict[str, int]] = [{}]
    for symbol in found.free:
        if symbol.range is None and not symbol.like:
            environments += [{symbol.name: size} for size in list(moves(symbol.base))[:3]]
        elif symbol.range is not None and not symbol.like:
            environments += [{symbol.name: size} for size in symbol.range.samples(symbol.base)[:_EACH]]
    return environments + list(conditions.drawn(found, _TOGETHER))


def _shapes(value: Any) -> Shapes:
    with no_dispatch():
        return {path: tuple(int(s) for s in t.shape) for path, t in tensors(value)}


def _shown(value: Any, path: Path, symbols: dict[Path, tuple[str, ...]]) -> wire.Value | None:
    described = describe(value)
    if described is None:
        return None
    if described.kind == "number" and described.type != "bool":
        return replace(described, text="")  # it may well be another one on other sizes
    if described.kind == "tensor" and described.tensor is not None:
        return replace(described, tensor=replace(described.tensor, symbols=symbols.get(path)))
    shown = [(key, _shown(item, (*path, key), symbols)) for key, item in items_of(value)[:12]]
    if described.kind == "sequence":
        kept = [s or d for (_, s), d in zip(shown, described.items, strict=False)]
        return replace(described, items=tuple(kept))
    if described.kind == "mapping":
        known = [(k, s) for k, s in shown if s is not None]
        return replace(described, items=tuple(s for _, s in known), keys=tuple(str(k) for k, _ in known))
    return described
