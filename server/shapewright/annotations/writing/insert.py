"""What the writers of all styles share: text to put in, and what is to be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from shapewright import wire
from shapewright.model import Edit, Location
from shapewright.source import Range, SourceText

Style = Literal["google", "numpy", "sphinx", "jaxtyping", "comment"]


@dataclass(frozen=True)
class Shapes:
    """What a class was seen to take and to give, with its symbols. `outputs` has one value, which may be a tuple."""

    name: str
    inputs: tuple[tuple[str, wire.Value], ...] = ()
    outputs: tuple[wire.Value, ...] = ()


@dataclass(frozen=True, order=True)
class Insert:
    """Text in the place of what stands between two offsets of the file."""

    start: int
    end: int
    text: str


def edits(source: SourceText, inserts: Iterable[Insert]) -> tuple[Edit, ...]:
    """The inserts as edits; what goes to one place goes there in order."""
    joined: dict[tuple[int, int], str] = {}
    for insert in inserts:
        joined[insert.start, insert.end] = joined.get((insert.start, insert.end), "") + insert.text
    return tuple(
        Edit(Location(source.path, Range(source.position(start), source.position(end))), text)
        for (start, end), text in sorted(joined.items())
    )


def applied(text: str, inserts: Sequence[Insert]) -> str:
    """The text with the inserts made."""
    joined = sorted(enumerate(inserts), key=lambda item: (item[1].start, item[1].end, item[0]))
    for _, insert in reversed(joined):
        text = text[: insert.start] + insert.text + text[insert.end :]
    return text


def newline(source: SourceText) -> str:
    """How the file ends its lines."""
    return "\r\n" if "\r\n" in source.text else "\n"
