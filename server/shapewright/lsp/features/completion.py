"""Completion of the one number that fits: `nn.Linear(|` proposes the size that flows in."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from lsprotocol import types

from shapewright import fitting
from shapewright.lsp.programs import Program, moved
from shapewright.lsp.window import Window

_TRIGGERS = ["(", ",", " ", "="]


def register(window: Window) -> None:
    """Propose numbers that were tried. Nothing runs but for an argument in which nothing or a number stands."""

    @window.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS))
    async def completion(params: types.CompletionParams) -> types.CompletionList | None:
        found = window.locate(params.text_document.uri, params.position)
        if found is None or not window.session.settings.trusted:
            return None
        program, part, position = found
        callee = fitting.callee(program.source, position)
        if not callee or not (_was_asked_for(params) or _makes_an_object(callee)):
            return None
        slot = await asyncio.to_thread(fitting.slot, program.source, position)
        if slot is None:
            return None
        fits = await asyncio.to_thread(_fitting, window, program, slot)
        range_ = window.encoding.to_range(part.source, moved(slot.replaced, -part.first))
        return types.CompletionList(
            is_incomplete=False,
            items=[
                types.CompletionItem(
                    label=fit.text,
                    label_details=types.CompletionItemLabelDetails(description=fit.reason),
                    kind=types.CompletionItemKind.Value,
                    detail=fit.reason,
                    preselect=index == 0,
                    sort_text=f"!{index}",
                    text_edit=types.TextEdit(range_, fit.text),
                )
                for index, fit in enumerate(fits)
            ],
        )

    del completion


def _was_asked_for(params: types.CompletionParams) -> bool:
    return params.context is None or params.context.trigger_kind is types.CompletionTriggerKind.Invoked


def _makes_an_object(callee: str) -> bool:
    """Whether a name is that of a class: each bracket that is typed would be a run of the file otherwise."""
    return callee.rpartition(".")[2][:1].isupper()


def _fitting(window: Window, program: Program, slot: fitting.Slot) -> tuple[fitting.Fit, ...]:
    session = window.session
    last = session.results.get(program.path)
    if last is None:
        return ()
    engine = session.engines.engine(program.path, session.settings, last.request.config)
    if engine is None:
        return ()
    request = replace(last.request, buffers=session.documents.buffers(), graphs=False)
    return fitting.fitting(request, slot, engine, lambda: session.documents.program(program.path) is not program)
