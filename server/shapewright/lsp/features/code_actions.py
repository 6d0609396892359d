"""Code actions: the proven repairs of findings, one by one or all the preferred ones at once, and the shapes of a model
to be written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from shapewright.lsp import convert, write_shapes
from shapewright.lsp.features import diagnostics
from shapewright.lsp.window import Window
from shapewright.model import Edit, Finding, Fix, Location
from shapewright.source import Range

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.shapewright"
_PATIENCE = 0.15
"""Seconds that an editor waits for repairs that are still being tried. What is proven later is published again with its
mistake, and editors ask again then."""


def register(window: Window) -> None:
    """Offer what was proven for the text as it is now, and nothing else."""

    @window.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL, write_shapes.KIND]),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        found = window.locate_range(params.text_document.uri, params.range)
        if found is None:
            return None
        path = found[0].path
        await window.session.scheduler.settled(path, _PATIENCE)
        found = window.locate_range(params.text_document.uri, params.range)
        if found is None:
            return None
        findings = window.session.results.repairs(path, window.session.current)
        actions: list[types.CodeAction] = []
        if _wanted(types.CodeActionKind.QuickFix.value, params.context.only):
            actions += _quick_fixes(window, findings, found[2])
        if params.context.only and _wanted(FIX_ALL, params.context.only):
            actions += _fix_all(window, findings)
        if _wanted(write_shapes.KIND.value, params.context.only):
            actions += write_shapes.actions(window, found[0], found[2])
        return actions

    del code_actions


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind, or one above it, was asked for."""
    if not only:
        return True
    names = [str(getattr(item, "value", item)) for item in only]
    return any(name == "" or kind == name or kind.startswith(f"{name}.") for name in names)


def _quick_fixes(window: Window, findings: Iterable[Finding], range_: Range) -> list[types.CodeAction]:
    actions: dict[tuple[object, ...], types.CodeAction] = {}
    for finding in findings:
        here = finding.location.range
        place = window.place(finding.location)
        if place is None or range_.end < here.start or here.end < range_.start:
            continue
        shown = [diagnostics.of(window, finding, place[1])]
        for fix in finding.fixes:
            edit = window.workspace_edit(fix.edits)
            if edit is not None:
                actions.setdefault((fix.title, fix.edits), convert.quick_fix(fix.title, edit, shown, fix.preferred))
    return sorted(actions.values(), key=lambda action: not action.is_preferred)


def _fix_all(window: Window, findings: Iterable[Finding]) -> list[types.CodeAction]:
    chosen: list[Edit] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.preferred), None)
        if fix is not None and not _conflicts(fix, chosen):
            chosen += [edit for edit in fix.edits if edit not in chosen]
    edit = window.workspace_edit(chosen) if chosen else None
    if edit is None:
        return []
    return [types.CodeAction("Fix all that Shapewright can repair", FIX_ALL, edit=edit)]


def _conflicts(fix: Fix, chosen: Iterable[Edit]) -> bool:
    return any(_overlap(a.location, b.location) and a != b for a in fix.edits for b in chosen)


def _overlap(a: Location, b: Location) -> bool:
    return a.path == b.path and a.range.start <= b.range.end and b.range.start <= a.range.end
