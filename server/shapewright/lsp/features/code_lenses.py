"""Code lenses: above each model with which input it was checked, or why it was not, and what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from shapewright import contract_text, show, wire
from shapewright.lsp.programs import Program
from shapewright.lsp.window import Window
from shapewright.model import Location
from shapewright.source import Position, Range

_LENGTH = 100
_HOW = {
    "directive": "its example input",
    "script": "as in the script",
    "call": "as in a call of the workspace",
    "layers": "found from its layers",
    "name": "guessed from the names of its parameters",
}


def register(window: Window) -> None:
    """Lenses for the models of a file, from its own last run."""

    @window.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        found = window.session.documents.find(params.text_document.uri)
        if found is None or not window.session.settings.code_lens:
            return None
        program, part = found
        lenses: list[types.CodeLens] = []
        for location, name, text in _texts(window, program):
            uri, range_ = window.place(location) or ("", None)
            if range_ is not None and uri == part.uri:
                # A lens that only tells: a command of one editor would be unknown to the others. Those that can ask for
                # an input put their command there, and find its arguments.
                lenses.append(types.CodeLens(range_, types.Command(text, "", arguments=[uri, name] if name else None)))
        return lenses

    del code_lenses


def refresh(window: Window) -> None:
    """Ask the editor to ask again: a run ended, or the settings changed."""
    workspace = window.client_capabilities.workspace
    if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
        window.workspace_code_lens_refresh(None)


def _texts(window: Window, program: Program) -> Iterator[tuple[Location, str, str]]:
    result = window.session.results.get(program.path)
    if result is None:
        return
    contracts = {contract.name: contract for contract in result.report.contracts}
    for target in result.report.targets:
        if target.kind == "class" and (line := header(program.source.lines, target.name)) is not None:
            start = Position(line, len(program.source.line(line)) - len(program.source.line(line).lstrip()))
            place = Location(program.path, Range(start, start))
            yield place, target.name, text(target)
            if (contract := contracts.get(target.name)) is not None:
                yield place, "", contract_text.line(contract)


def header(lines: Sequence[str], name: str) -> int | None:
    """The line of a class's header, without parsing: a lens stays above a class while its body is typed."""
    outer, _, last = name.rpartition(".")
    indent = r"[ \t]+" if outer else ""
    pattern = re.compile(rf"{indent}class[ \t]+{re.escape(last)}[ \t]*[(:\[]")
    return next((number for number, line in enumerate(lines) if pattern.match(line)), None)


def text(target: wire.TargetStatus) -> str:
    """What a lens says of a model."""
    inputs = ", ".join(
        f"{fact.name}: {show.value_text(fact.value)}" if fact.name else show.value_text(fact.value)
        for fact in target.inputs
    )
    how = _HOW.get(target.source, f"from its {target.source}" if target.source else "")
    given = f"{inputs} ({how})" if inputs and how else inputs
    reason = " ".join(target.reason.split())
    if target.status == "checked":
        said = f"checked with {given}" if given else "checked"
    elif target.status == "partial":
        said = "checked in part" + (f" with {given}" if given else "") + (f": {reason}" if reason else "")
    else:
        said = "not checked" + (f": {reason}" if reason else "")
    return said if len(said) <= _LENGTH else said[: _LENGTH - 1] + "…"
