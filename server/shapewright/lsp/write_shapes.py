"""The code action "Write the shapes": what a model was seen to take and give goes into its text, in its own style."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from shapewright import observed
from shapewright.annotations import writing
from shapewright.lsp.programs import Program
from shapewright.lsp.window import Window
from shapewright.model import Edit
from shapewright.source import Range

KIND = types.CodeActionKind.RefactorRewrite


def actions(window: Window, program: Program, range_: Range) -> list[types.CodeAction]:
    """One action for the model whose header, or whose forward's header, is at the range."""
    found: list[types.CodeAction] = []
    for name, lines, edits in _offers(window, program):
        if any(first <= range_.end.line and range_.start.line <= last for first, last in lines):
            edit = window.workspace_edit(edits)
            if edit is not None:
                found.append(types.CodeAction(f"Write the shapes of {name}", KIND, edit=edit))
    return found


def edit(window: Window, program: Program, name: str) -> types.WorkspaceEdit | None:
    """The edit that writes the shapes of one class; None where there is nothing to write."""
    edits = next((edits for offered, _, edits in _offers(window, program) if offered == name), ())
    return window.workspace_edit(edits) if edits else None


def _offers(window: Window, program: Program) -> Iterator[tuple[str, tuple[tuple[int, int], ...], tuple[Edit, ...]]]:
    """Class, the lines that mean it, and the edits; only from a run of the text as it is now, and only when it is
    known which numbers change with the sizes of the inputs."""
    result = window.session.results.get(program.path)
    if result is None or not result.report.sized or not result.is_current((program.path,), window.session.current):
        return
    for shapes in observed.shapes(result.report):
        if edits := writing.write(program.source, [shapes]):
            yield shapes.name, observed.headers(program.source, shapes.name), edits
