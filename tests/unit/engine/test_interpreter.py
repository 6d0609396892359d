from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from shapewright.engine import interpreter


def environment(folder: Path) -> Path:
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    return python


def test_what_is_given_wins(tmp_path: Path):
    environment(tmp_path / ".venv")
    given = str(tmp_path / "python3.12")
    assert interpreter.find(given, tmp_path, {"VIRTUAL_ENV": str(tmp_path / ".venv")}) == given


def test_the_folder_of_an_environment_may_be_given(tmp_path: Path):
    python = environment(tmp_path / "mine")
    assert interpreter.find(str(tmp_path / "mine"), tmp_path, {}) == str(python)


def test_a_command_is_looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    command = tmp_path / "python-of-mine"
    command.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreter.find("python-of-mine", tmp_path, {}) == str(command)
    assert interpreter.find("no-such-python", tmp_path, {}) == "no-such-python"


def test_an_active_environment_comes_before_a_near_one(tmp_path: Path):
    active, near = environment(tmp_path / "active"), environment(tmp_path / "project" / ".venv")
    place = tmp_path / "project" / "package" / "model.py"
    assert interpreter.find(None, place, {"VIRTUAL_ENV": str(tmp_path / "active")}) == str(active)
    assert interpreter.find(None, place, {}) == str(near)


def test_an_active_environment_that_is_gone_is_passed_over(tmp_path: Path):
    near = environment(tmp_path / ".venv")
    assert interpreter.find(None, tmp_path, {"VIRTUAL_ENV": str(tmp_path / "gone")}) == str(near)


def test_links_are_not_followed(tmp_path: Path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    link = tmp_path / ".venv" / "bin" / "python"
    os.symlink(sys.executable, link)
    assert interpreter.find(None, tmp_path / "model.py", {}) == str(link)


def test_our_own_is_the_last_resort():
    assert interpreter.find(None, Path(os.sep), {}, own="/our/python") == "/our/python"
