"""Hover: what an expression held, and how a failed call was fed."""

from __future__ import annotations

from lsprotocol import types

from shapewright.lsp import contracts, convert, hover_text
from shapewright.lsp.programs import moved
from shapewright.lsp.window import Window
from shapewright.model import ShapeFact
from shapewright.source import Range


def register(window: Window) -> None:
    """Answer from what is known now; an expression on a line that was touched since the last run has no answer."""

    @window.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        found = window.locate(params.text_document.uri, params.position)
        if found is None:
            return None
        program, part, position = found
        facts = window.facts_at(program.path, position)
        findings = window.session.results.findings(window.session.current).get(program.path, [])
        finding = next((f for f in findings if f.failure and f.location.range.contains(position)), None)
        own = window.session.results.get(program.path)
        reports = [own, *window.session.results] if own is not None else window.session.results
        known = contracts.by_name(contract for result in reports for contract in result.report.contracts)
        texts: list[str] = []
        range_: Range | None = None
        if facts:
            around: list[ShapeFact] = []
            if facts[0].value.kind == "module":
                around = list(window.facts(program.path, 0, len(program.source.lines)))
            texts.append(hover_text.value(facts, around, findings))
            range_ = hover_text.range_of(facts)
            if (contract := contracts.of_value(facts, known)) is not None:
                texts.append(hover_text.contract(contract))
        elif (meant := contracts.at(program.source, position, known)) is not None:
            texts.append(hover_text.contract(meant[0]))
            range_ = meant[1]
        if finding is not None and (drawn := hover_text.failure(finding)):
            texts.insert(0, drawn)  # editors cut long hovers off, and this is what somebody came for
            range_ = range_ or finding.location.range
        if range_ is None:
            declared = await window.session.declaration(program, position)
            if declared is None:
                return None
            texts.append(hover_text.declaration(declared, program.path))
            range_ = declared.range
        here = window.encoding.to_range(part.source, moved(range_, -part.first))
        return convert.markdown("\n\n---\n\n".join(texts), _is_plain(window), here)

    del hover


def _is_plain(window: Window) -> bool:
    document = window.client_capabilities.text_document
    formats = document.hover.content_format if document and document.hover else None
    return formats is not None and types.MarkupKind.Markdown not in formats
