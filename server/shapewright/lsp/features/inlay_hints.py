"""Inlay hints: `: f32[B, 16, 28, 28]` behind an assignment, a parameter, a return.

What a hint leads to, and what a double click inserts, is worked out when somebody points at it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from lsprotocol import types

from shapewright import show
from shapewright.lsp import hint_details, hover_text
from shapewright.lsp.programs import Part, Program, moved
from shapewright.lsp.settings import InlayHints
from shapewright.lsp.window import Window
from shapewright.model import ShapeFact, without_guesses
from shapewright.source import Position, Range

_LENGTH = 60


def register(window: Window) -> None:
    """Hints for the lines that are asked for."""

    @window.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        found = window.locate_range(params.text_document.uri, params.range)
        if found is None:
            return None
        program, part, range_ = found
        last = min(range_.end.line, part.first + len(part.source.lines) - 1)
        facts = window.facts(program.path, range_.start.line, last)
        hints = _hints(facts, window.session.settings.inlay_hints, program)
        return [_hint(window, part, range_, text) for range_, text in hints]

    @window.feature(types.INLAY_HINT_RESOLVE)
    async def resolve(hint: types.InlayHint) -> types.InlayHint:
        data: Any = hint.data
        found = window.session.documents.find(str(_item(data, "uri")))
        if found is None or not isinstance(hint.label, list):
            return hint
        program, part = found
        start_line, start, end_line, end = (int(number) for number in _item(data, "range"))
        range_ = moved(Range(Position(start_line, start), Position(end_line, end)), part.first)
        held = [f for f in window.facts(program.path, range_.start.line, range_.end.line) if f.location.range == range_]
        held = [fact for fact in without_guesses(held) if fact.role in _roles(window.session.settings.inlay_hints)]
        if not held:
            return hint
        hint.label[-1].tooltip = types.MarkupContent(types.MarkupKind.Markdown, hover_text.value(held))
        hint.label[-1].location = hint_details.leads_to(window, program, held[0])
        edit = hint_details.inserted(program, part, held)
        if edit is not None:
            at, text = edit
            place = window.encoding.to_position(part.source, at)
            hint.text_edits = [types.TextEdit(types.Range(place, place), text)]
        return hint

    del inlay_hints, resolve


def refresh(window: Window) -> None:
    """Ask the editor to ask again: a run ended, or the settings changed."""
    workspace = window.client_capabilities.workspace
    if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
        window.workspace_inlay_hint_refresh(None)


def _item(data: Any, name: str) -> Any:
    """A member of what the editor gave back, which pygls reads as an object or as a mapping."""
    return cast(Mapping[str, Any], data)[name] if isinstance(data, Mapping) else getattr(data, name)


def _roles(wanted: InlayHints) -> frozenset[str]:
    """The roles of facts that have hints."""
    roles = {
        "assignment": wanted.assignments,
        "loop": wanted.assignments,
        "parameter": wanted.parameters,
        "return": wanted.returns,
    }
    return frozenset(role for role, is_wanted in roles.items() if is_wanted)


def _hints(facts: Iterable[ShapeFact], wanted: InlayHints, program: Program) -> Iterator[tuple[Range, str]]:
    """One hint for each place; where several runs saw different values there, what they have in common."""
    places: dict[Range, list[ShapeFact]] = {}
    roles = _roles(wanted)
    for fact in facts:
        if fact.role in roles and show.holds_tensor(fact.value):
            places.setdefault(fact.location.range, []).append(fact)
    for range_, held in places.items():
        texts = list(dict.fromkeys(show.value_text(fact.value) for fact in without_guesses(held)))
        text = texts[0] if len(texts) == 1 else f"{texts[0]} | {texts[1]}" + (" | …" if len(texts) > 2 else "")
        if len(text) > _LENGTH:
            text = text[: _LENGTH - 1] + "…"
        if not _is_annotated(program, range_):
            yield range_, text


def _is_annotated(program: Program, range_: Range) -> bool:
    """Whether a colon follows already, so that a hint would come between a name and its annotation."""
    rest = program.source.line(range_.end.line)[range_.end.column :].lstrip()
    return rest.startswith(":") and not rest.startswith(":=") and _is_name(program.source.slice(range_))


def _is_name(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, (ast.Name, ast.Attribute))
    except SyntaxError:
        return False


def _hint(window: Window, part: Part, range_: Range, text: str) -> types.InlayHint:
    inside = moved(range_, -part.first)
    start, end = inside.start, inside.end
    return types.InlayHint(
        window.encoding.to_position(part.source, end),
        [types.InlayHintLabelPart(": "), types.InlayHintLabelPart(text)],
        types.InlayHintKind.Type,
        padding_left=False,
        data={"uri": part.uri, "range": [start.line, start.column, end.line, end.column]},
    )
