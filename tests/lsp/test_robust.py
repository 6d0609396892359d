"""What goes wrong around the server: it says so, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from processes import workers_below

Connect = Callable[..., Any]
MISTAKE = "import torch\ny = torch.nn.Linear(10, 1)(torch.randn(4, 10).double())\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#!/bin/sh\necho hello\nexit 3\n", "it left with exit code 3"),
        ("#!/bin/sh\necho 'Python 2.7.18' >&2\nexit 1\n", "Its last words: Python 2.7.18"),
    ],
)
async def test_what_is_no_interpreter_is_told(connect: Connect, tmp_path: Path, text: str, says: str):
    path = tmp_path / "python"
    path.write_text(text)
    path.chmod(0o755)
    async with connect(interpreter=str(path)) as editor:
        uri = editor.open("a.py", MISTAKE)
        status = await editor.until(lambda: [s for s in editor.statuses if s["state"] == "interpreter not found"])
        assert says in status[-1]["detail"] and str(path) in status[-1]["detail"]
        assert "shapewright.interpreter" in status[-1]["detail"]  # what to do
        assert await editor.diagnostics(uri) == []


async def test_a_segmentation_fault_is_told_with_its_place(connect: Connect):
    async with connect() as editor:
        uri = editor.open("a.py", "import ctypes\nctypes.string_at(0)\n" + MISTAKE)
        await editor.until(lambda: [s for s in editor.statuses if s["state"] == "crashed and restarted"])
        assert await editor.diagnostics(uri) == []
        status = await editor.until(lambda: editor.statuses[-1] if editor.statuses[-1]["detail"] else None)
        assert "a.py" in status["detail"] and "segmentation fault" in status["detail"]
        other = editor.open("b.py", MISTAKE)  # the server is there for the next file
        assert len(await editor.diagnostics(other)) == 1
        editor.replace(uri, "ctypes.string_at(0)\n", "")
        assert len(await editor.diagnostics(uri)) == 1
        await editor.until(lambda: editor.statuses[-1]["state"] == "ready")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("method", ["fork", "spawn"])
async def test_workers_that_are_killed_are_started_again(connect: Connect, method: str):
    async with connect(startMethod=method) as editor:
        uri = editor.open("a.py", MISTAKE)
        assert len(await editor.diagnostics(uri)) == 1
        workers = workers_below(editor.server_pid)
        assert workers
        editor.replace(uri, "torch.randn(4, 10)", "torch.randn(5, 10)")
        for pid in workers:  # in the middle of the run
            with contextlib.suppress(ProcessLookupError):  # its zygote took it along
                os.kill(pid, signal.SIGKILL)
        assert len(await editor.diagnostics(uri)) == 1
        editor.replace(uri, ".double()", "")
        assert await editor.diagnostics(uri) == []


async def test_a_file_edited_while_it_runs_gets_the_findings_of_the_last_text(connect: Connect):
    async with connect() as editor:
        slow = "n = 0\nfor i in range(40):\n    n += sum(range(200000))\n"
        uri = editor.open("a.py", MISTAKE + slow)
        for size in range(11, 21):
            editor.replace(uri, f"Linear({size - 1}, 1)", f"Linear({size}, 1)")
            await asyncio.sleep(0.05)
        (found, *_) = await editor.diagnostics(uri)
        assert "20" in str(found.message) or "f64" in str(found.message)
        assert all(p.version is not None and p.version <= editor.versions[uri] for p in editor.published)


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox of other systems is weaker")
async def test_nothing_happens_to_the_machine_and_nothing_of_it_is_a_finding(connect: Connect, tmp_path: Path):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        text = f"""\
import os, pathlib, shutil, socket, subprocess, sys, urllib.request
import torch
with open("written.txt", "w") as file:
    file.write("here")
pathlib.Path("touched.txt").write_text("x")
os.makedirs("made", exist_ok=True)
os.remove({str(victim)!r})
shutil.rmtree({str(tmp_path)!r}, ignore_errors=True)
os.rename({str(victim)!r}, "moved.txt")
socket.create_connection(("127.0.0.1", {port}))
page = urllib.request.urlopen("http://127.0.0.1:{port}/").read()
done = subprocess.run(["touch", "started.txt"], capture_output=True, text=True)
os.system("touch shell.txt")
sys.stdout.write("Content-Length: 5\\r\\n\\r\\nhello")
os.write(1, b"Content-Length: 5\\r\\n\\r\\nhello")
torch.save(torch.ones(2), "saved.pt")
print(done.stdout.strip(), len(page))
{MISTAKE}"""
        async with connect() as editor:
            uri = editor.open("a.py", text)
            (found,) = await editor.diagnostics(uri)
            assert editor.text_at(uri, found.range).startswith("torch.nn.Linear(10, 1)(")
            assert editor.client.error is None
        with pytest.raises(TimeoutError):
            listener.accept()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "victim.txt"]
    assert victim.read_text() == "precious"
