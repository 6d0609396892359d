"""The example input of a model: what it is, and writing another one above its `forward`."""

from __future__ import annotations

from lsprotocol import types

from shapewright import example, wire
from shapewright.example import ExampleError
from shapewright.lsp import convert
from shapewright.lsp.programs import Program
from shapewright.lsp.window import Window
from shapewright.model import Edit

GET = "shapewright.server.exampleInput"
CHECK = "shapewright.server.checkExampleInput"
SET = "shapewright.server.setExampleInput"


def register(window: Window) -> None:
    """The commands. Both take the URI of the document and the name of the model, or a line in its place."""

    @window.command(GET)
    def exampled(uri: str, model: str | int) -> dict[str, str]:
        """The model's name and its input, to be changed by a person; or the problem."""
        found = window.session.documents.find(uri)
        if found is None:
            return {"problem": "The file is not open."}
        program, part = found
        name, line = (model, 0) if isinstance(model, str) else ("", int(model) + part.first)
        model_found = example.find(program.source, line, name)
        if model_found is None:
            return {"problem": "There is no class with a forward here."}
        return {
            "name": model_found.name,
            "parameters": ", ".join(model_found.parameters),
            "text": example.suggested(model_found, _checked_with(window, program, model_found.name)),
            "problem": "",
        }

    @window.command(CHECK)
    def check_example(uri: str, name: str, text: str) -> dict[str, str]:
        """What is wrong with an input, while a person types it."""
        return {"problem": _edit(window, uri, name, text)[1]}

    @window.command(SET)
    async def set_example(uri: str, name: str, text: str) -> dict[str, str]:
        """Write the input; an empty text takes it away."""
        edit, problem = _edit(window, uri, name, text)
        place = window.part_of(edit.location) if edit else None
        if edit is None or place is None:
            return {"problem": problem}
        workspace = window.client_capabilities.workspace
        versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
        change = convert.workspace_edit([(*place, edit.text)], versioned)
        answer = await window.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(change, label=f"Set the example input of {name}")
        )
        return {"problem": "" if answer.applied else answer.failure_reason or "The editor did not take the edit."}

    del exampled, check_example, set_example


def _edit(window: Window, uri: str, name: str, text: str) -> tuple[Edit | None, str]:
    """The edit that writes an input, and what is wrong with it."""
    found = window.session.documents.find(uri)
    if found is None:
        return None, "The file is not open."
    try:
        return example.edit(found[0].source, name, text), ""
    except ExampleError as error:
        return None, str(error)


def _checked_with(window: Window, program: Program, name: str) -> tuple[wire.ValueFact, ...]:
    result = window.session.results.get(program.path)
    targets = result.report.targets if result else ()
    return next((target.inputs for target in targets if target.name == name), ())
