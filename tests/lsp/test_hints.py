"""Inlay hints: where they lead and what a double click writes."""

import pytest
from lsprotocol import types

from lsp.editor import Editor, label

pytestmark = pytest.mark.asyncio(loop_scope="module")

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)

    def forward(self, x):
        y = self.conv(x)
        z = torch.cat(
            [y, y], \\
            1)
        return self.conv(x) + y


out = Net()(torch.randn(2, 3, 32, 32))
text = torch.ones(3), \"\"\"
\"\"\"
"""


async def test_a_hint_leads_to_the_layer_and_a_parameter_to_its_caller(editor: Editor):
    uri = editor.open("leads.py", NET)
    await editor.diagnostics(uri)
    hint = await editor.resolved_hint(uri, 10)
    assert label(hint) == ": f32[2, 16, 30, 30]"
    part = hint.label[-1]
    assert (part.location.uri, part.location.range.start) == (uri, types.Position(7, 13))
    assert "f32[2, 16, 30, 30]" in part.tooltip.value
    editor.replace(uri, "import torch\n", "import torch\n\n")
    parameter = await editor.resolved_hint(uri, 10)
    assert editor.text_at(uri, parameter.label[-1].location.range).startswith("Net()(torch.randn")
    returned = await editor.resolved_hint(uri, 15)
    assert returned.label[-1].location.range.start == types.Position(8, 13)


async def test_a_double_click_writes_valid_code_or_nothing(editor: Editor):
    uri = editor.open("clicked.py", NET)
    await editor.diagnostics(uri)
    for line in (10, 14, 17):
        hint = await editor.resolved_hint(uri, line)
        (edit,) = hint.text_edits
        assert edit.new_text == f"  # {label(hint)[2:]}"
        assert edit.range.start.character == len(NET.splitlines()[line])
    assert not (await editor.resolved_hint(uri, 9)).text_edits  # a parameter
    assert not (await editor.resolved_hint(uri, 18)).text_edits  # a string goes on behind the end of the line


async def test_a_parameter_is_annotated_where_the_file_does_so(editor: Editor):
    uri = editor.open(
        "typed.py",
        "import torch\nfrom torch import Tensor\nfrom jaxtyping import Float, Int\n\n"
        "def double(x):\n    return 2 * x\n\ndouble(torch.randn(3, 4))\n",
    )
    await editor.diagnostics(uri)
    (edit,) = (await editor.resolved_hint(uri, 4)).text_edits
    assert edit.new_text == ': Float[Tensor, "3 4"]'


async def test_each_kind_has_a_switch_and_none_is_long(editor: Editor):
    uri = editor.open(
        "kinds.py",
        "import torch\ndef many(x):\n"
        "    return tuple(x + k for k in range(9)), {'a long name': x, 'another one': x}\n\n"
        "out = many(torch.randn(3, 4, 5, 6))\n",
    )
    await editor.diagnostics(uri)
    every = await editor.hints(uri)
    assert {line for line, _ in every} == {1, 2, 4}
    assert all(len(text) <= 62 for text in every.values())
    for kind, line in (("assignments", 4), ("parameters", 1), ("returns", 2)):
        for wanted in (False, True):
            settings = {"shapewright": {"inlayHints": {kind: wanted}}}
            editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
            shown = {number for number, _ in await editor.hints(uri)}
            assert shown == ({1, 2, 4} if wanted else {1, 2, 4} - {line})
