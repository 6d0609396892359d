"""Applying edits to texts, and where a place lies afterwards. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from shapewright.model import Edit, Location
from shapewright.source import Range, SourceText


def apply(edits: Iterable[Edit], sources: Mapping[str, SourceText]) -> dict[str, str]:
    """The new text of each edited file. ValueError where edits overlap or a file is not there."""
    texts: dict[str, str] = {}
    for path, spans in _by_path(edits, sources).items():
        text = sources[path].text
        for start, end, new in reversed(spans):
            text = text[:start] + new + text[end:]
        texts[path] = text
    return texts


def moved(
    location: Location, edits: Iterable[Edit], before: Mapping[str, SourceText], after: Mapping[str, SourceText]
) -> tuple[Location, Location]:
    """Where `location` lies once the edits are made: without and with the text that was put in right at its edges."""
    spans = _by_path((e for e in edits if e.location.path == location.path), before).get(location.path, [])
    if not spans:
        return location, location
    old, new = before[location.path], after[location.path]
    start, end = old.offset(location.range.start), old.offset(location.range.end)

    def place(left: int, right: int) -> Location:
        return Location(location.path, Range(new.position(left), new.position(right)), location.cell)

    narrow = place(_shift(start, spans, after=True), _shift(end, spans, after=False))
    wide = place(_shift(start, spans, after=False), _shift(end, spans, after=True))
    return narrow, wide


def _by_path(edits: Iterable[Edit], sources: Mapping[str, SourceText]) -> dict[str, list[tuple[int, int, str]]]:
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for edit in edits:
        source = sources.get(edit.location.path)
        if source is None:
            raise ValueError(f"{edit.location.path} cannot be read, so it cannot be edited")
        start, end = source.offset(edit.location.range.start), source.offset(edit.location.range.end)
        spans.setdefault(edit.location.path, []).append((start, end, edit.text))
    for path, items in spans.items():
        items.sort(key=lambda item: item[:2])
        if any(a[1] > b[0] for a, b in itertools.pairwise(items)):
            raise ValueError(f"edits of {path} overlap")
    return spans


def _shift(offset: int, spans: list[tuple[int, int, str]], *, after: bool) -> int:
    """The new offset; `after`: behind what was inserted or replaced at this very offset."""
    delta = 0
    for start, end, text in spans:
        if end < offset or (end == offset and (start < end or after)):
            delta += len(text) - (end - start)
        elif start < offset < end:
            return start + delta + (len(text) if after else 0)
    return offset + delta
