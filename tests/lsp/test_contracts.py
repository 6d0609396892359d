"""What a model takes and gives: above its class and in hovers, once the models ran on other sizes."""

import textwrap

import pytest

from lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

NET = textwrap.dedent(
    """\
    import torch
    from torch import nn


    class Part(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.down = nn.Conv2d(width, width, 2, stride=2)
            self.up = nn.ConvTranspose2d(width, width, 2, stride=2)

        def forward(self, x):
            return x + self.up(self.down(x))


    class Net(nn.Module):
        def __init__(self, in_channels=3):
            super().__init__()
            self.stem = nn.Conv2d(in_channels, 8, 1)
            self.part = Part(8)

        def forward(self, x):
            return self.part(self.stem(x))
    """
)
SAID = "f32[B, in_channels, H, W] → f32[B, 8, H, W] · H % 2 == 0 · W % 2 == 0"


async def test_contracts_stand_above_classes_and_in_hovers(editor: Editor):
    uri = editor.open("contracts.py", NET)
    assert await editor.diagnostics(uri) == []
    lenses = await editor.contracts(uri)
    assert [text.startswith(SAID) for line, text in lenses if line == 14].count(True) == 1
    assert any(line == 4 and "f32[B, width, H, W] → f32[B, width, H, W]" in text for line, text in lenses)
    for place, offset in (("class Net", 7), ("class Part", 7), ("self.part = Part", 6)):
        shown = await editor.hover(uri, place, offset)
        assert "where H % 2 == 0" in shown, place
    assert "must match the size" in await editor.hover(uri, "class Net", 7)
    assert "where H % 2 == 0" in await editor.hover(uri, "def forward", 6)
    editor.close(uri)
