"""Runs a text as the worker does, in this process, and tells what it held and what failed."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shapewright import wire
from worker.traced import traced


@dataclass(frozen=True)
class Outcome:
    """Failures by line, the last value of each name, and the notes of the run."""

    failures: tuple[tuple[int, str], ...]
    values: dict[str, Any]
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[int]:
        return sorted(line for line, _ in self.failures)

    def message(self, line: int) -> str:
        return next(text for at, text in self.failures if at == line)


def run(folder: Path, text: str, search_path: tuple[str, ...] = ()) -> Outcome:
    trace = traced(folder, text, search_path=search_path)
    failures = tuple((f.span.line, f"{f.exception}: {f.message}") for f in trace.failures)
    values: dict[str, Any] = {}
    for fact in trace.values:
        if fact.role in ("assignment", "loop"):
            values[fact.name] = _plain(fact.value)
    return Outcome(failures, values, trace.notes)


def _plain(value: wire.Value) -> Any:
    if value.tensor is not None:
        return value.tensor.shape, value.tensor.dtype
    if value.kind == "sequence":
        return [_plain(item) for item in value.items]
    if value.kind == "mapping":
        return dict(zip(value.keys, map(_plain, value.items), strict=True))
    return value.text or value.type


def absent(*packages: str) -> pytest.MarkDecorator:
    there = [name for name in packages if importlib.util.find_spec(name) is not None]
    return pytest.mark.skipif(bool(there), reason=f"installed, so that no stand-in is used: {', '.join(there)}")
