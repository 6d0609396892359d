"""Inlay hints: `: f32[B, 16, 28, 28]` behind an assignment, a parameter, a return."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lsprotocol import types

from shapewright import show
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
        return [_hint(window, part, position, text) for position, text in hints]

    del inlay_hints


def refresh(window: Window) -> None:
    """Ask the editor to ask again: a run ended, or the settings changed."""
    workspace = window.client_capabilities.workspace
    if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
        window.workspace_inlay_hint_refresh(None)


def _hints(facts: Iterable[ShapeFact], wanted: InlayHints, program: Program) -> Iterator[tuple[Position, str]]:
    """One hint for each place; where several runs saw different values there, what they have in common."""
    places: dict[Range, list[ShapeFact]] = {}
    roles = {
        "assignment": wanted.assignments,
        "loop": wanted.assignments,
        "parameter": wanted.parameters,
        "return": wanted.returns,
    }
    for fact in facts:
        if roles.get(fact.role, False) and show.holds_tensor(fact.value):
            places.setdefault(fact.location.range, []).append(fact)
    for range_, held in places.items():
        texts = list(dict.fromkeys(show.value_text(fact.value) for fact in without_guesses(held)))
        text = texts[0] if len(texts) == 1 else f"{texts[0]} | {texts[1]}" + (" | …" if len(texts) > 2 else "")
        if len(text) > _LENGTH:
            text = text[: _LENGTH - 1] + "…"
        if not _is_annotated(program, range_):
            yield range_.end, f": {text}"


def _is_annotated(program: Program, range_: Range) -> bool:
    """Whether a colon follows already, so that a hint would come between a name and its annotation."""
    rest = program.source.line(range_.end.line)[range_.end.column :].lstrip()
    return rest.startswith(":") and not rest.startswith(":=") and _is_name(program.source.slice(range_))


def _is_name(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, (ast.Name, ast.Attribute))
    except SyntaxError:
        return False


def _hint(window: Window, part: Part, position: Position, text: str) -> types.InlayHint:
    inside = moved(Range(position, position), -part.first).start
    return types.InlayHint(
        window.encoding.to_position(part.source, inside), text, types.InlayHintKind.Type, padding_left=False
    )
