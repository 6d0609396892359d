"""The number that fits, proposed while a call is typed."""

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
        self.conv = nn.Conv2d(3, 16, 3)
        self.batch_norm = nn.BatchNorm2d(16)
        self.layer_norm = nn.LayerNorm(30)
        self.hidden = nn.Linear(14400, 64)
        self.lstm = nn.LSTM(64, 20)

    def forward(self, x):
        x = self.layer_norm(self.batch_norm(self.conv(x))).flatten(1)
        return self.lstm(self.hidden(x)[None])[0]


print(Net()(torch.randn(2, 3, 32, 32)).shape)
"""


async def asked(editor: Editor, uri: str, typed: str, kind: types.CompletionTriggerKind) -> list[types.CompletionItem]:
    offset = editor.texts[uri].index(typed) + len(typed)
    answer = await editor.client.text_document_completion_async(
        types.CompletionParams(
            types.TextDocumentIdentifier(uri),
            editor.position(editor.texts[uri], offset),
            types.CompletionContext(kind, "("),
        )
    )
    return list(answer.items) if isinstance(answer, types.CompletionList) else []


@pytest.mark.parametrize(
    ("call", "typed", "rest", "number", "reason"),
    [
        ("nn.Conv2d(3, 16, 3)", "nn.Conv2d(", "", "3", "input: f32[2, 3, 32, 32]"),
        ("nn.BatchNorm2d(16)", "nn.BatchNorm2d(", ")", "16", "input: f32[2, 16, 30, 30]"),
        ("nn.LayerNorm(30)", "nn.LayerNorm(", ")", "30", "input: f32[2, 16, 30, 30]"),
        ("nn.Linear(14400, 64)", "nn.Linear(", "", "14400", "input: f32[2, 14400]"),
        ("nn.Linear(14400, 64)", "nn.Linear(14400, ", ")", "64", ""),
        ("nn.LSTM(64, 20)", "nn.LSTM(", ", 20)", "64", "input: f32[1, 2, 64]"),
    ],
)
async def test_the_size_that_flows_in_is_proposed(
    editor: Editor, call: str, typed: str, rest: str, number: str, reason: str
):
    uri = editor.open("net.py", NET)
    await editor.diagnostics(uri)
    editor.replace(uri, call, typed + rest)
    first, *_ = await asked(editor, uri, typed, types.CompletionTriggerKind.TriggerCharacter)
    assert first.label == number
    assert reason in (first.detail or "")
    assert "1031" not in (first.detail or "")
    assert isinstance(first.text_edit, types.TextEdit)
    editor.apply(uri, [first.text_edit])
    assert typed + number + rest in editor.texts[uri]


async def test_a_function_is_run_for_only_when_asked(editor: Editor):
    uri = editor.open("view.py", "import torch\nx = torch.randn(2, 100)\ny = x.view(2, 9)\n")
    await editor.diagnostics(uri)
    editor.replace(uri, "view(2, 9)", "view(2, )")
    assert not await asked(editor, uri, "view(2, ", types.CompletionTriggerKind.TriggerCharacter)
    first, *_ = await asked(editor, uri, "view(2, ", types.CompletionTriggerKind.Invoked)
    assert first.label == "100"


async def test_nothing_is_proposed_where_nothing_flows(editor: Editor):
    uri = editor.open("alone.py", "from torch import nn\nlayer = nn.Linear()\n")
    await editor.diagnostics(uri)
    assert not await asked(editor, uri, "nn.Linear(", types.CompletionTriggerKind.TriggerCharacter)
