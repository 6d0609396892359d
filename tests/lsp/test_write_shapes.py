"""The code action that writes a model's shapes down, and the command that does the same."""

import textwrap

import pytest
from lsprotocol import types

from lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")


NET = textwrap.dedent(
    '''\
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)

        def forward(self, x):
            """Shrink.

            Args:
                x: a picture
            """
            return self.conv(x)
    '''
)


async def _action(editor: Editor, uri: str, line: int) -> list[types.CodeAction]:
    place = types.Range(types.Position(line, 8), types.Position(line, 8))
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, types.CodeActionContext([]))
    answer = await editor.client.text_document_code_action_async(params)
    return [action for action in answer or () if isinstance(action, types.CodeAction)]


@pytest.mark.parametrize("line", [4, 9, 13], ids=["class", "forward", "docstring"])
async def test_shapes_are_written_into_the_docstring(editor: Editor, line: int):
    uri = editor.open("net.py", NET)
    await editor.diagnostics(uri)
    await editor.contracts(uri)
    (action,) = await _action(editor, uri, line)
    assert action.title == "Write the shapes of Net"
    assert action.kind == "refactor.rewrite"
    (change,) = action.edit.document_changes
    editor.apply(uri, change.edits)
    assert await editor.diagnostics(uri) == []
    await editor.contracts(uri)
    assert "            x: (B, 3, H, W), a picture\n" in editor.texts[uri]
    assert "        Returns:\n            (B, 8, (H-1)//2+1, (W-1)//2+1)\n" in editor.texts[uri]
    assert await _action(editor, uri, line) == []
    editor.close(uri)


async def test_nothing_is_offered_elsewhere(editor: Editor):
    uri = editor.open("net.py", NET)
    await editor.diagnostics(uri)
    await editor.contracts(uri)
    assert await _action(editor, uri, 7) == []
    editor.close(uri)
