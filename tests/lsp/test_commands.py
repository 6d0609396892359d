"""The commands of the server that work on the text at the cursor."""

from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 4)

    def forward(self, x):
        y = self.layer(x)
        return y
"""


async def command(editor: Editor, name: str, *arguments: Any) -> dict[str, str]:
    params = types.ExecuteCommandParams(f"shapewright.server.{name}", list(arguments))
    answer = await editor.client.workspace_execute_command_async(params)
    return dict(answer) if isinstance(answer, dict) else answer._asdict()


async def test_the_example_input_is_set_used_and_shown_in_the_lens(editor: Editor):
    uri = editor.open("example.py", NET)
    await editor.diagnostics(uri)
    asked: list[types.ApplyWorkspaceEditParams] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        asked.append(params)
        return types.ApplyWorkspaceEditResult(applied=True)

    known = await command(editor, "exampleInput", uri, 6)
    assert known["name"] == "Net"
    assert known["text"].startswith("x: float32[")
    assert await command(editor, "checkExampleInput", uri, "Net", "float32[3, 10]") == {"problem": ""}
    assert not asked
    assert await command(editor, "setExampleInput", uri, "Net", "float32[3, 10]") == {"problem": ""}
    (change,) = asked[0].edit.document_changes or ()
    editor.apply(uri, change.edits)
    assert "    # shapewright: x: float32[3, 10]\n    def forward" in editor.texts[uri]
    await editor.diagnostics(uri)
    (lens,) = await editor.checks(uri)
    assert lens[1] == "checked with x: f32[3, 10] (its example input)"
    assert "y: f32[3, 4]" in await editor.hover(uri, "y = ")
    assert "no parameter 'z'" in (await command(editor, "checkExampleInput", uri, "Net", "z=float32[3]"))["problem"]
    assert (await command(editor, "exampleInput", uri, "Nobody"))["problem"]


async def test_the_shapes_around_the_cursor_as_a_text(editor: Editor):
    uri = editor.open("copied.py", NET + "\n\nout = Net()(torch.randn(2, 10))\n")
    await editor.diagnostics(uri)
    answer = await command(editor, "shapes", uri, 6)
    assert answer["text"] == (
        "copied.py, Net\n10  x         f32[2, 10]\n11  y         f32[2, 4]\n12  return y  f32[2, 4]\n"
    )
    assert "15  out" in (await command(editor, "shapes", uri, 14))["text"]
    empty = editor.open("nothing.py", "x = 1\n")
    assert (await command(editor, "shapes", empty, 0))["problem"] == "No shape is known here yet."
