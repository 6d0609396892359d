"""The requests behind the panel of a model, over stdio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import ROOT, Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHANNELS = (ROOT / "examples/channels.py").read_text()


async def model(editor: Editor, uri: str, **more: Any) -> dict[str, Any]:
    answer = await editor.client.protocol.send_request_async("shapewright/model", {"uri": uri, **more})
    return to_plain(answer)


def to_plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and not hasattr(value, "_asdict"):
        return [to_plain(item) for item in value]
    if hasattr(value, "_asdict"):
        value = value._asdict()
    return {k: to_plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def places(diagnostics: Sequence[types.Diagnostic]) -> list[tuple[types.Range, str]]:
    return [(found.range, str(found.message)) for found in diagnostics]


async def test_the_graph_of_a_model_and_what_fails_in_it(editor: Editor):
    uri = editor.open("channels.py", CHANNELS)
    answer = await model(editor, uri)
    (graph,) = answer["models"]
    assert (answer["name"], answer["problem"], graph["name"]) == ("DigitNet", "", "DigitNet")
    names = [node["name"] for node in graph["nodes"]]
    assert [(names[e["source"]], names[e["target"]]) for e in graph["edges"] if e["failed"]] == [("x", "conv1")]
    conv = graph["nodes"][names.index("conv1")]
    assert conv["error"] and conv["parameters"] == 448 and conv["shape"] == "f32[1, 16, 28, 28]"
    for place, text in ((conv["declared"], "self.conv1"), (conv["call"], "self.conv1(x)")):
        line = CHANNELS.split("\n")[place["line"]]
        assert line[place["column"] : place["endColumn"]] == text
        assert (place["uri"], place["path"]) == (uri, "channels.py")


async def test_it_follows_the_text_and_publishes_nothing(editor: Editor):
    uri = editor.open("follow.py", CHANNELS)
    await editor.diagnostics(uri)
    editor.replace(uri, "nn.Conv2d(3, 16", "nn.Conv2d(1, 16")
    shown = await editor.diagnostics(uri)
    before = len(editor.published)
    (graph,) = (await model(editor, uri))["models"]
    # The program calls it with colours as well, and now that is what fails.
    failing = [node["name"] for node in graph["nodes"] if node["error"]]
    assert failing == ["conv1"]
    assert next(n["shape"] for n in graph["nodes"] if n["kind"] == "input") == "f32[1, 3, 28, 28]"
    # Repairs and other sizes may have been tried meanwhile, which shows the same again.
    assert all(places(p.diagnostics) == places(shown) for p in editor.published[before:] if p.uri == uri)


async def test_the_class_at_the_cursor_comes_first(editor: Editor):
    text = (ROOT / "examples/resnet18.py").read_text()
    uri = editor.open("resnet18.py", text)
    line = text[: text.index("class BasicBlock")].count("\n") + 2
    answer = await model(editor, uri, line=line)
    assert answer["name"] == "BasicBlock" and answer["models"][0]["name"] == "BasicBlock"
    assert {node["name"] for node in answer["models"][0]["nodes"]} >= {"conv1", "bn1", "+"}
    assert (await model(editor, uri, name="ResNet18"))["name"] == "ResNet18"


async def test_a_class_that_cannot_run_says_why(editor: Editor):
    text = (
        "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x):\n        raise ValueError('not yet')\n"
    )
    uri = editor.open("stops.py", text)
    answer = await model(editor, uri, line=2)
    assert answer["models"] == [] and answer["problem"].startswith("Net did not run: ")
    text = "import torch\n"
    uri = editor.open("none.py", text)
    answer = await model(editor, uri, line=0)
    assert answer["problem"] == "No model runs in this file."


async def test_the_page_lets_nothing_run_but_its_own(editor: Editor):
    page = await editor.client.protocol.send_request_async("shapewright/modelPage", {"nonce": "n0nce"})
    assert "default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'" in page
    assert page.count('nonce="n0nce"') == 3
