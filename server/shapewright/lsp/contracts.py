"""Which contract is meant at a place of a text. No LSP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from shapewright import wire
from shapewright.model import ShapeFact
from shapewright.source import Position, Range, SourceText

_CLASS = re.compile(r"([ \t]*)class[ \t]+([^\W\d]\w*)")
_FORWARD = re.compile(r"[ \t]*(?:async[ \t]+)?def[ \t]+forward\b")
_WORD = re.compile(r"[^\W\d]\w*")


def by_name(contracts: Iterable[wire.Contract]) -> dict[str, wire.Contract]:
    """Contracts by the last part of their class's name; the first of several wins."""
    found: dict[str, wire.Contract] = {}
    for contract in contracts:
        found.setdefault(contract.name.rpartition(".")[2], contract)
    return found


def at(
    source: SourceText, position: Position, contracts: Mapping[str, wire.Contract]
) -> tuple[wire.Contract, Range] | None:
    """The contract that a class's name, or the `forward` of its definition, stands for."""
    line = source.line(position.line)
    word = next((m for m in _WORD.finditer(line) if m.start() <= position.column <= m.end()), None)
    if word is None:
        return None
    name = word.group()
    if name == "forward" and _FORWARD.match(line):
        name = _owner(source.lines, position.line) or name
    elif line[: word.start()].endswith("."):
        return None  # an attribute that happens to have the name of a class
    found = contracts.get(name)
    if found is None:
        return None
    return found, Range(Position(position.line, word.start()), Position(position.line, word.end()))


def of_value(facts: Sequence[ShapeFact], contracts: Mapping[str, wire.Contract]) -> wire.Contract | None:
    """The contract of the class of a module that an expression held."""
    module = facts[0].value.module if facts else None
    return contracts.get(module.type.rpartition(".")[2]) if module is not None and not module.library else None


def _owner(lines: Sequence[str], line: int) -> str | None:
    """The class around a method, by indentation, so that it is found while the text does not parse."""
    indent = len(lines[line]) - len(lines[line].lstrip())
    for number in range(line - 1, -1, -1):
        match = _CLASS.match(lines[number])
        if match is not None and len(match[1]) < indent:
            return match[2]
    return None
