"""Every feature over stdio with the capabilities of VS Code, on files that run for real."""

import asyncio
import textwrap

import pytest
from lsprotocol import types

from lsp.editor import PATIENCE, ROOT, Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

DTYPES = textwrap.dedent(
    """\
    import torch
    from torch import nn

    model = nn.Linear(10, 1)
    readings = torch.randn(4, 10, dtype=torch.float64)
    forecast = model(readings)
    print(forecast.shape)
    """
)
ENDLESS = "import _thread\nlock = _thread.allocate_lock()\nlock.acquire()\nlock.acquire()\n"
"""It ends when its time is up."""


async def test_a_mistake_is_a_diagnostic_at_the_call(editor: Editor):
    uri = editor.open("dtypes.py", DTYPES)
    (found,) = await editor.diagnostics(uri)
    assert editor.text_at(uri, found.range) == "model(readings)"
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "shapewright"
    assert found.code
    assert found.code_description is not None
    assert str(found.code) in found.code_description.href
    assert found.related_information


async def test_hover_on_variables_expressions_parameters_and_attributes(editor: Editor):
    uri = editor.open("channels.py", (ROOT / "examples/channels.py").read_text())
    await editor.diagnostics(uri)
    assert "colour: f32[1, 3, 28, 28]" in await editor.hover(uri, "colour = ")
    assert "x.flatten(1): f32[1, 1568]" in await editor.hover(uri, "x.flatten(1)", len("x.fla"))
    parameter = await editor.hover(uri, "forward(self, x)", len("forward(self, "))
    assert "x: f32[1, 1, 28, 28]  # called in line 28" in parameter
    assert "x: f32[1, 3, 28, 28]  # called in line 34" in parameter
    module = await editor.hover(uri, "self.conv2(x)", len("self.co"))
    assert "Conv2d(in_channels=16, out_channels=32" in module
    assert "f32[1, 16, 14, 14] → f32[1, 32, 14, 14]" in module
    assert "4,640 parameters" in module
    assert await editor.hover(uri, '"""A grey') == ""


async def test_hover_shows_the_operands_of_a_failed_call(editor: Editor):
    uri = editor.open("channels.py", (ROOT / "examples/channels.py").read_text())
    await editor.diagnostics(uri)
    hover = await editor.hover(uri, "self.conv1(x)", len("self.conv1("))
    assert "wanted     [ ·, 3,  ·,  ·]\n                ^" in hover


async def test_hover_where_no_run_came_says_where_a_layer_is_made(editor: Editor):
    (editor.folder / "base.py").write_text(
        "from torch.nn import Module as M, Linear\n\nclass Base(M):\n    def __init__(self):\n"
        "        super().__init__()\n        self.stem = Linear(3, 8)\n"
    )
    uri = editor.open(
        "late.py",
        "from base import Base\n\nclass Net(Base):\n    def __init__(self):\n        super().__init__()\n"
        "    def never_called(self, x):\n        return self.stem(x)\n",
    )
    await editor.diagnostics(uri)
    hover = await editor.hover(uri, "self.stem(x)", 7)
    assert "self.stem = Linear(3, 8)" in hover
    assert "made in base.py, line 6; not reached by a run" in hover


async def test_inlay_hints_of_the_lines_asked_for(editor: Editor):
    uri = editor.open("hints.py", DTYPES)
    await editor.diagnostics(uri)
    assert (await editor.hints(uri))[(4, 8)] == ": f64[4, 10]"
    assert await editor.hints(uri, 5, 6) == {(5, 8): ": f32[4, 1]"}


async def test_hints_are_switched_off_and_on(editor: Editor):
    uri = editor.open("hints.py", DTYPES)
    await editor.diagnostics(uri)
    for wanted in (False, True):
        settings = {"shapewright": {"inlayHints": {"assignments": wanted}}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        assert ((4, 8) in await editor.hints(uri)) is wanted


async def test_a_wrong_setting_is_told_by_its_name(editor: Editor):
    before = len(editor.client.messages)
    settings = {"shapewright": {"inlayHints": {"returns": "often"}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.hints(editor.open("any.py", "x = 1\n"))
    (message,) = editor.client.messages[before:]
    assert message.message == "shapewright.inlayHints.returns is 'often'; it must be true or false"


async def test_a_proven_repair_is_offered_applied_and_gone(editor: Editor):
    uri = editor.open("dtypes.py", DTYPES)
    (found,) = await editor.diagnostics(uri)
    actions = await editor.actions(uri, found)
    assert actions
    assert all(action.kind == types.CodeActionKind.QuickFix for action in actions)
    assert [action for action in actions if action.is_preferred] == actions[:1]
    (change,) = actions[0].edit.document_changes
    assert change.text_document.uri == uri
    assert change.text_document.version == 1
    editor.apply(uri, change.edits)
    assert await editor.diagnostics(uri) == []


async def test_a_request_for_repairs_waits_for_none(editor: Editor):
    uri = editor.open("slow.py", ENDLESS)
    range_ = types.Range(types.Position(0, 0), types.Position(0, 1))
    for kind in (types.CodeActionTriggerKind.Automatic, types.CodeActionTriggerKind.Invoked):
        context = types.CodeActionContext([], trigger_kind=kind)
        answer = await editor.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(uri), range_, context)
        )
        assert not answer
        assert all(p.uri != uri for p in editor.published)  # it runs still
    editor.close(uri)


async def test_fix_all_makes_every_preferred_repair(editor: Editor):
    uri = editor.open("all.py", DTYPES)
    (found,) = await editor.diagnostics(uri)
    (action,) = await editor.actions(uri, found, ["source.fixAll"])
    assert action.kind == "source.fixAll.shapewright"
    assert action.edit.document_changes


async def test_emoji_before_the_mistake(editor: Editor):
    uri = editor.open("emoji.py", DTYPES.replace("forecast = model", "note = '😀👩‍👩‍👧'; forecast = model"))
    (found,) = await editor.diagnostics(uri)
    assert editor.text_at(uri, found.range) == "model(readings)"
    assert "readings: f64[4, 10]" in await editor.hover(uri, "(readings)", 1)


async def test_windows_line_ends(editor: Editor):
    uri = editor.open("crlf.py", DTYPES.replace("\n", "\r\n"))
    (found,) = await editor.diagnostics(uri)
    assert editor.text_at(uri, found.range) == "model(readings)"
    editor.replace(uri, "torch.float64", "torch.float32")
    assert await editor.diagnostics(uri) == []


async def test_a_line_separator_ends_no_line(editor: Editor):
    uri = editor.open("separator.py", DTYPES.replace("import torch\n", "import torch  # a\u2028b\x0cc\n", 1))
    (found,) = await editor.diagnostics(uri)
    assert editor.text_at(uri, found.range) == "model(readings)"
    editor.replace(uri, "torch.float64", "torch.float32")
    assert await editor.diagnostics(uri) == []


async def test_half_typed_lines_leave_the_rest_alone(editor: Editor):
    uri = editor.open("typing.py", DTYPES + "y = HERE\n")
    typed = "torch.cat([readings,"
    editor.replace(uri, "HERE", "t")
    for end in range(1, len(typed)):
        editor.replace(uri, "y = " + typed[:end] + "\n", "y = " + typed[: end + 1] + "\n")
        found = await editor.diagnostics(uri)
        assert [editor.text_at(uri, d.range) for d in found] == ["model(readings)"]
    assert "readings: f64[4, 10]" in await editor.hover(uri, "readings = ")


async def test_many_edits_in_a_row_end_with_the_last_text(editor: Editor):
    uri = editor.open("quick.py", DTYPES.replace("4, 10", "1, 10"))
    for number in range(1, 30):
        editor.replace(uri, f"({number}, 10", f"({number + 1}, 10")
    assert len(await editor.diagnostics(uri)) == 1
    assert "readings: f64[30, 10]" in await editor.hover(uri, "readings = ")


async def test_hover_stays_where_a_line_moved(editor: Editor):
    uri = editor.open("moved.py", DTYPES)
    await editor.diagnostics(uri)
    editor.replace(uri, "model = ", "import time\n\nmodel = ")
    assert "readings: f64[4, 10]" in await editor.hover(uri, "readings = ")


async def test_an_edit_elsewhere_is_found_through_imports(editor: Editor):
    net = editor.open(
        "net.py",
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(10, 2)\n\n    def forward(self, x):\n        return self.fc(x)\n",
    )
    await editor.diagnostics(net)
    train = editor.open("train.py", "import torch\nfrom net import Net\n\nout = Net()(torch.randn(3, 10))\n")
    assert await editor.diagnostics(train) == []
    editor.replace(net, "Linear(10, 2)", "Linear(11, 2)")
    found = await editor.until(lambda: editor.client.diagnostics.get(net))
    assert editor.text_at(net, found[0].range) == "self.fc(x)"
    assert any(place.location.uri == train for place in found[0].related_information)
    editor.close(train)
    await editor.until(lambda: not editor.client.diagnostics.get(net))


async def test_a_file_that_is_closed_and_opened_again_while_it_runs_is_run(editor: Editor):
    for _ in range(8):
        editor.close(editor.open("again.py", DTYPES + "for _ in range(200): torch.ones(3)\n"))
        await asyncio.sleep(0.02)
    uri = editor.open("again.py", DTYPES.replace("float64", "float32").replace("Linear(10", "Linear(12"))
    found = editor.client.diagnostics
    await editor.until(lambda: any("12" in str(d.message) for d in found.get(uri, ())))


async def test_closing_takes_the_diagnostics_along(editor: Editor):
    uri = editor.open("closed.py", DTYPES)
    assert await editor.diagnostics(uri)
    editor.close(uri)
    await editor.until(lambda: not editor.client.diagnostics[uri])


async def test_a_cancelled_request_is_answered_as_such(editor: Editor):
    uri = editor.open("cancel.py", ENDLESS)
    request = editor.client.protocol.send_request("shapewright/model", {"uri": uri}, msg_id="to-cancel")
    editor.client.cancel_request(types.CancelParams(id="to-cancel"))
    with pytest.raises(Exception, match="cancel"):
        await asyncio.wait_for(asyncio.wrap_future(request), PATIENCE)
    editor.close(uri)


async def test_the_workspace_is_checked_on_command(editor: Editor):
    (editor.folder / "one.py").write_text(DTYPES)
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(
            types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(editor.folder.as_uri(), "more")], [])
        )
    )
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("shapewright.server.checkWorkspace", [])
    )
    assert answer["files"] >= 1
    assert answer["findings"] >= 1
    assert editor.client.diagnostics[editor.uri("one.py")]


async def test_debug_information_names_the_versions(editor: Editor):
    answer = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("shapewright.server.debugInformation", [])
    )
    assert answer["torch"].startswith("2.")
    assert answer["state"] in ("ready", "busy")
    assert answer["positionEncoding"] == "utf-16"


async def test_the_status_names_interpreter_and_torch(editor: Editor):
    await editor.diagnostics(editor.open("status.py", DTYPES))
    status = await editor.until(lambda: next((s for s in editor.statuses if s["lastSeconds"]), None))
    assert status["state"] in ("ready", "busy")
    assert status["torch"].startswith("2.")
    assert "python" in status["interpreter"]


async def test_a_lens_above_a_model_says_with_what_it_was_checked(editor: Editor):
    text = textwrap.dedent(
        """\
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(10, 4)

            def forward(self, x):
                return self.layer(x)


        class Odd(nn.Module):
            def __init__(self, table):
                super().__init__()
                self.layer = table.layer()

            def forward(self, x):
                return self.layer(x)
        """
    )
    uri = editor.open("lenses.py", text)
    await editor.diagnostics(uri)
    first, second = await editor.checks(uri)
    assert first[0] == 4
    assert first[1].startswith("checked with x: f32[")
    assert second[0] == 13
    editor.replace(uri, "import torch\n", "import torch\n\n")
    await editor.diagnostics(uri)
    assert [line for line, _ in await editor.checks(uri)] == [5, 14]
    editor.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"shapewright": {"codeLens": False}})
    )
    assert await editor.lenses(uri) == []
    editor.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"shapewright": {"codeLens": True}})
    )
    assert len(await editor.checks(uri)) == 2


async def test_a_finding_becomes_a_script_that_raises_the_same(editor: Editor):
    uri = editor.open("reproduced.py", DTYPES)
    (found,) = await editor.diagnostics(uri)

    async def asked(line: int, character: int) -> dict[str, str]:
        params = types.ExecuteCommandParams("shapewright.server.reproduction", [uri, line, character])
        answer = await editor.client.workspace_execute_command_async(params)
        return dict(answer) if isinstance(answer, dict) else answer._asdict()

    answer = await asked(found.range.start.line, 0)
    assert "torch.nn.functional.linear(input, weight=weight, bias=bias)" in answer["text"]
    assert "readings" not in answer["text"]
    assert (await asked(0, 0))["problem"] == "There is no finding in this line."
