"""What a person sees in VS Code where something is missing, not allowed, or broken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.code import Code
from e2e.tools import PYTHON

pytestmark = pytest.mark.layer("vscode")


def test_an_interpreter_that_does_not_exist(open_window, example):
    window = open_window("dtypes.py", example("dtypes.py"), {"shapewright.interpreter": "/nowhere/bin/python"})
    window.wait_for_status("no Python")
    message = window.page.locator(".notification-list-item").filter(has_text="/nowhere/bin/python").first
    message.wait_for()
    assert "there is no such program" in message.inner_text()
    assert "shapewright.interpreter" in message.inner_text()
    assert window.squiggles.count() == 0


def test_an_interpreter_without_torch(open_window, example, tmp_path: Path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "notorch")], check=True, timeout=600)
    settings = {"shapewright.interpreter": str(tmp_path / "notorch/bin/python")}
    window = open_window("dtypes.py", example("dtypes.py"), settings)
    window.wait_for_status("no torch")
    assert window.squiggles.count() == 0
    # The setting leads to an interpreter that has it: no reload, no restart by hand.
    (window.folder / ".vscode/settings.json").write_text(f'{{"shapewright.interpreter": "{PYTHON}"}}')
    window.squiggles.first.wait_for()


def test_a_server_that_ends_at_once(open_window, example, tmp_path: Path):
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *launch.py*) echo "boom: no such thing" >&2; exit 1;; esac\nexec "{PYTHON}" "$@"\n'
    )
    python.chmod(0o755)
    window = open_window("dtypes.py", example("dtypes.py"), {"shapewright.interpreter": str(python)})
    window.wait_for_status("stopped")
    messages = window.page.locator(".notifications-toasts .notification-list-item")
    messages.first.wait_for()
    assert "The server could not be started: boom: no such thing" in messages.first.inner_text()
    assert messages.count() == 1


def test_a_line_that_is_half_typed(open_window, example):
    window = open_window("dtypes.py", example("dtypes.py"))
    window.squiggles.first.wait_for()
    window.go_to_end()
    window.page.keyboard.type("\nloss = torch.nn.functional.mse_loss(")
    window.page.wait_for_timeout(1500)
    window.wait_for_squiggles(1)  # the finding above the broken line stays
    for _ in range(len("\nloss = torch.nn.functional.mse_loss()")):
        window.page.keyboard.press("Backspace")
    window.page.wait_for_timeout(1500)
    window.wait_for_squiggles(1)


def test_a_worker_that_is_killed(open_window, example, code):
    window = open_window("dtypes.py", example("dtypes.py"))
    window.squiggles.first.wait_for()
    assert (killed := [pid for pid in code.processes("shapewright/worker") if _kill(pid)])
    window.go_to_end()
    window.page.keyboard.type("\nforecast = model(readings.float()).double() @ readings")
    window.wait_for_squiggles(2)
    assert not set(killed) & set(code.processes("shapewright/worker"))


@pytest.fixture(scope="module")
def untrusting_code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Code]:
    """A VS Code that asks for trust and was not given it."""
    settings = {
        "security.workspace.trust.enabled": True,
        "security.workspace.trust.startupPrompt": "never",
        "security.workspace.trust.banner": "never",
        "security.workspace.trust.emptyWindow": False,
    }
    with Code(tmp_path_factory.mktemp("untrusting"), settings).running() as running:
        yield running


def test_a_workspace_that_is_not_trusted(untrusting_code, browser, tmp_path: Path, example, shots):
    witness = tmp_path / "it-ran"
    folder = tmp_path / "workspace"
    # An interpreter of the workspace that tells when it is started.
    python = folder / "python"
    folder.mkdir()
    python.write_text(f'#!/bin/sh\ntouch "{witness}"\nexec "{PYTHON}" "$@"\n')
    python.chmod(0o755)
    window = untrusting_code.open(
        browser, folder, "dtypes.py", example("dtypes.py"), {"shapewright.interpreter": str(python)}
    )
    try:
        window.wait_for_status("not trusted")
        window.page.wait_for_timeout(3000)
        window.page.screenshot(path=shots / "untrusted.png")
        assert window.squiggles.count() == 0
        assert not witness.exists()
        window.run_command("Workspaces: Manage Workspace Trust")
        window.page.locator(".workspace-trust-editor .monaco-button:text-is('Trust')").click()
        window.squiggles.first.wait_for()
        assert witness.exists(), "the trusted workspace's setting holds"
    finally:
        window.page.screenshot(path=shots / "trusted.png")
        window.close()


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
