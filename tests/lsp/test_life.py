"""How a server begins, goes on when things go wrong, and ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import COMMAND, ENVIRONMENT, PATIENCE, capabilities
from processes import children, gone, workers_below

Connect = Callable[..., Any]
MISTAKE = "import torch\ny = torch.nn.Linear(10, 1)(torch.randn(4, 10).double())\n"


async def test_the_server_says_what_it_can(connect: Connect):
    async with connect(trusted=False) as editor:
        known = editor.initialized.capabilities
        assert known.position_encoding == "utf-16"
        assert known.hover_provider
        assert known.inlay_hint_provider
        assert known.diagnostic_provider is None
        kinds = ["quickfix", "source.fixAll.shapewright", "refactor.rewrite"]
        assert list(known.code_action_provider.code_action_kinds) == kinds
        assert "shapewright.server.restart" in known.execute_command_provider.commands
        assert editor.initialized.server_info.name == "shapewright"


async def test_an_untrusted_workspace_runs_nothing_until_it_is_trusted(connect: Connect, tmp_path: Path):
    async with connect(trusted=False) as editor:
        uri = editor.open("a.py", MISTAKE)
        status = await editor.until(lambda: editor.statuses[-1] if editor.statuses else None)
        assert status["state"] == "workspace not trusted"
        await asyncio.sleep(0.5)
        assert editor.published == []
        assert await editor.hover(uri, "torch") == ""
        assert children(editor.server_pid) == []
        editor.client.protocol.notify("shapewright/trust", {"trusted": True})
        assert len(await editor.diagnostics(uri)) == 1
        assert editor.statuses[-1]["state"] in ("ready", "busy")


async def test_an_interpreter_that_is_not_there_is_told(connect: Connect):
    async with connect(interpreter="/no/such/python") as editor:
        uri = editor.open("a.py", MISTAKE)
        status = await editor.until(lambda: [s for s in editor.statuses if s["state"] == "interpreter not found"])
        assert "/no/such/python" in status[-1]["detail"]
        assert await editor.diagnostics(uri) == []
        assert await editor.hover(uri, "torch") == ""


async def test_an_interpreter_without_torch_is_told(connect: Connect, tmp_path: Path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    async with connect(interpreter=str(tmp_path / "bare" / "bin" / "python")) as editor:
        editor.open("a.py", MISTAKE)
        status = await editor.until(lambda: [s for s in editor.statuses if s["state"] == "no torch found"])
        assert "pip install torch" in status[-1]["detail"]


async def test_sessions_that_are_spawned_answer_alike(connect: Connect):
    async with connect(startMethod="spawn") as editor:
        uri = editor.open("a.py", MISTAKE)
        (found,) = await editor.diagnostics(uri)
        assert editor.text_at(uri, found.range).startswith("torch.nn.Linear(10, 1)(")
        editor.replace(uri, ".double()", "")
        assert await editor.diagnostics(uri) == []


async def test_an_endless_loop_gives_way_to_an_edit(connect: Connect):
    async with connect() as editor:
        uri = editor.open("a.py", MISTAKE + "import itertools\nfor i in itertools.count(): sum(range(100000))\n")
        await editor.until(lambda: [s for s in editor.statuses if s["state"] == "busy"])
        editor.replace(uri, "for i in itertools.count(): sum(range(100000))", "z = 3")
        assert len(await editor.diagnostics(uri)) == 1


async def test_nothing_that_is_printed_reaches_the_protocol(connect: Connect):
    text = "import os, sys\nprint('a')\nsys.stdout.write('b\\n')\nos.write(1, b'c\\n')\nos.system('echo d')\n" + MISTAKE
    async with connect() as editor:
        uri = editor.open("a.py", text)
        assert len(await editor.diagnostics(uri)) == 1
        assert editor.client.error is None


async def test_a_setting_cannot_say_that_the_workspace_is_trusted(connect: Connect):
    async with connect(trusted=False) as editor:
        editor.open("a.py", MISTAKE)
        settings = {"shapewright": {"trusted": True, "startMethod": "spawn"}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        await asyncio.sleep(0.5)
        assert editor.statuses[-1]["state"] == "workspace not trusted"
        assert children(editor.server_pid) == []


async def test_another_interpreter_is_taken_at_once(connect: Connect):
    async with connect(interpreter="/no/such/python") as editor:
        uri = editor.open("a.py", MISTAKE)
        await editor.until(lambda: [s for s in editor.statuses if s["state"] == "interpreter not found"])
        settings = {"shapewright": {"interpreter": sys.executable}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        assert await editor.until(lambda: editor.client.diagnostics.get(uri))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_restart_starts_a_new_engine_and_runs_what_is_open(connect: Connect, tmp_path: Path):
    (tmp_path / "sizes.py").write_text("features = 10\n")
    async with connect() as editor:
        uri = editor.open(
            "a.py",
            MISTAKE.replace("Linear(10", "Linear(features", 1)
            .replace(".double()", "")
            .replace("import torch", "import torch\nfrom sizes import features"),
        )
        assert await editor.diagnostics(uri) == []
        before = workers_below(editor.server_pid)
        assert before
        (tmp_path / "sizes.py").write_text("features = 12  # told to nobody\n")
        await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("shapewright.server.restart", [])
        )
        await editor.until(lambda: editor.client.diagnostics[uri])
        assert gone(before)
        assert workers_below(editor.server_pid)


async def test_an_editor_that_counts_bytes(connect: Connect):
    def change(known: dict[str, Any]) -> None:
        known["general"]["positionEncodings"] = ["utf-8", "utf-16"]

    async with connect(known=capabilities(change)) as editor:
        assert editor.initialized.capabilities.position_encoding == "utf-8"
        uri = editor.open("a.py", MISTAKE.replace("y = ", "e = 'é😀'; y = "))
        (found,) = await editor.diagnostics(uri)
        line = MISTAKE.replace("y = ", "e = 'é😀'; y = ").splitlines()[1].encode()
        piece = line[found.range.start.character : found.range.end.character].decode()
        assert piece.startswith("torch.nn.Linear(10, 1)(")


async def test_an_editor_that_knows_little(connect: Connect):
    def change(known: dict[str, Any]) -> None:
        known["textDocument"]["hover"]["contentFormat"] = ["plaintext"]
        known["textDocument"]["publishDiagnostics"] = {}
        known["workspace"] = {}
        known["window"] = {}

    async with connect(known=capabilities(change)) as editor:
        uri = editor.open("a.py", MISTAKE)
        (found,) = await editor.diagnostics(uri)
        assert not found.related_information
        hover = await editor.hover(uri, "torch.randn(4, 10)", 8)
        assert "f32[4, 10]" in hover
        assert "`" not in hover
        actions = await editor.actions(uri, found)
        assert all(list(action.edit.changes) == [uri] for action in actions)


async def test_what_takes_long_shows_its_progress(connect: Connect):
    async with connect() as editor:
        editor.open("a.py", "import time\nfor i in range(30):\n    sum(range(10000000))\n")
        await editor.until(lambda: any(editor.client.progress_reports.values()) or None)
        (reports,) = [r for r in editor.client.progress_reports.values() if r][:1]
        assert reports[0].title == "Shapewright: a.py"
        assert reports[0].cancellable


async def test_a_notebook_is_one_program(connect: Connect):
    async with connect() as editor:
        notebook = editor.uri("n.ipynb")
        texts = [
            "import torch\n%matplotlib inline\nx = torch.randn(4, 10).double()",
            "# Text",
            "torch.nn.Linear(10, 1)(x)",
        ]
        kinds = [types.NotebookCellKind.Code, types.NotebookCellKind.Markup, types.NotebookCellKind.Code]
        uris = [f"vscode-notebook-cell:{notebook[7:]}#W{index}" for index in range(3)]
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(
                    notebook,
                    "jupyter-notebook",
                    1,
                    [types.NotebookCell(k, u) for k, u in zip(kinds, uris, strict=True)],
                ),
                [
                    types.TextDocumentItem(u, "markdown" if k is types.NotebookCellKind.Markup else "python", 1, t)
                    for k, u, t in zip(kinds, uris, texts, strict=True)
                ],
            )
        )
        found = await editor.until(lambda: editor.client.diagnostics.get(uris[2]))
        assert found[0].range.start.line == 0
        assert not editor.client.diagnostics[uris[0]]
        editor.texts[uris[0]], editor.texts[uris[2]] = texts[0], texts[2]
        assert "x: f64[4, 10]" in await editor.hover(uris[0], "x = ")
        actions = await editor.actions(uris[2], found[0])
        assert actions
        assert {c.text_document.uri for a in actions for c in a.edit.document_changes} <= {uris[0], uris[2]}
        editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(version=2, uri=notebook),
                types.NotebookDocumentChangeEvent(
                    cells=types.NotebookDocumentCellChanges(
                        text_content=[
                            types.NotebookDocumentCellContentChanges(
                                types.VersionedTextDocumentIdentifier(version=2, uri=uris[0]),
                                [types.TextDocumentContentChangeWholeDocument(texts[0].replace(".double()", ""))],
                            )
                        ]
                    )
                ),
            )
        )
        await editor.until(lambda: not editor.client.diagnostics[uris[2]])


# -------------------------------------------------------------------------------------- the end, without pytest-lsp


class Raw:
    """A server spoken to by hand, to see how it ends."""

    def __init__(self, folder: Path, process_id: int | None) -> None:
        self.process = subprocess.Popen(
            COMMAND, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
        )
        options = {"interpreter": sys.executable, "trusted": True}
        self.send(
            {
                "id": 1,
                "method": "initialize",
                "params": {
                    "processId": process_id,
                    "rootUri": folder.as_uri(),
                    "capabilities": {},
                    "initializationOptions": options,
                },
            }
        )
        assert self.read()["id"] == 1
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()).strip() or not length:
            assert line, "the server is gone"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def until(self, method: str) -> dict[str, Any]:
        while (message := self.read()).get("method") != method:
            pass
        return message

    def loop(self, folder: Path) -> None:
        """Have it run something that does not end."""
        text = "while True:\n    sum(range(1000000))\n"
        document = {"uri": (folder / "a.py").as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while self.until("shapewright/status")["params"]["state"] != "busy":
            pass


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux
def test_shutdown_and_exit_during_a_run(tmp_path: Path):
    server = Raw(tmp_path, None)
    server.loop(tmp_path)
    workers = children(server.process.pid)
    assert workers
    server.send({"id": 2, "method": "shutdown"})
    while server.read().get("id") != 2:
        pass
    server.send({"method": "exit"})
    assert server.process.wait(PATIENCE) == 0
    assert gone(workers)


@linux
def test_an_editor_that_closes_the_pipe(tmp_path: Path):
    server = Raw(tmp_path, None)
    server.loop(tmp_path)
    workers = children(server.process.pid)
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.process.wait(PATIENCE) == 1
    assert gone(workers)


@linux
def test_an_editor_that_dies_with_the_pipe_open(tmp_path: Path):
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    server = Raw(tmp_path, editor.pid)
    server.loop(tmp_path)
    workers = children(server.process.pid)
    editor.kill()
    editor.wait()
    assert server.process.wait(PATIENCE) == 1
    assert gone(workers)


@linux
def test_a_server_that_is_killed_leaves_no_worker(tmp_path: Path):
    server = Raw(tmp_path, None)
    server.loop(tmp_path)
    workers = children(server.process.pid)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert gone(workers)


def test_the_log_says_nothing_of_what_was_typed(tmp_path: Path):
    server = Raw(tmp_path, None)
    text = textwrap.dedent("password = 'hunter2'\n")
    document = {"uri": (tmp_path / "a.py").as_uri(), "languageId": "python", "version": 1, "text": text}
    server.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    server.until("textDocument/publishDiagnostics")
    server.send({"id": 2, "method": "shutdown"})
    while server.read().get("id") != 2:
        pass
    server.send({"method": "exit"})
    _, errors = server.process.communicate(timeout=PATIENCE)
    assert b"hunter2" not in errors
