"""The same story in the other editors, each configured by the snippet of docs/editors.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.tools import PYTHON, ROOT

ACTION = "Cast readings to float32"
"""A part of the title of the fix that is taken."""


@dataclass(frozen=True)
class Story:
    """One program in an editor: its folder, the file in it, and what the editor is started with."""

    folder: Path
    file: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """What the editor wrote, once it ended well."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=900,
        )
        log = self.folder / "log"
        output = log.read_text() if log.exists() else done.stdout
        assert done.returncode == 0, f"{output}\n{done.stdout}"
        return output


def snippet(heading: str, language: str, must_have: str = "") -> str:
    """The code block of a section of docs/editors.md."""
    page = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", page.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    blocks = re.findall(rf"```{language}\n(.*?)```", section, flags=re.S)
    return next(block for block in blocks if must_have in block)


@pytest.fixture
def story(tmp_path: Path):
    def story(configuration: str, suffix: str) -> Story:
        programs = tmp_path / "bin"
        programs.mkdir()
        # The snippets call `shapewright`, as somebody has it who installed it.
        command = programs / "shapewright"
        command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m shapewright "$@"\n')
        command.chmod(0o755)
        home = tmp_path / "home"
        home.mkdir()
        file = tmp_path / "work" / "dtypes.py"
        file.parent.mkdir()
        shutil.copy(ROOT / "examples/dtypes.py", file)
        snippet = tmp_path / f"snippet{suffix}"
        snippet.write_text(configuration)
        own = {"HOME": home, "FILE": file, "SNIPPET": snippet, "ACTION": ACTION, "LOG": tmp_path / "log"}
        environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
        # The user's interpreter: what somebody has who activated an environment.
        environment["VIRTUAL_ENV"] = str(Path(PYTHON).parent.parent)
        environment.pop("XDG_CONFIG_HOME", None)
        return Story(tmp_path, file, environment)

    return story


def check(output: str, story: Story) -> None:
    """What every editor has to have shown."""
    assert "PASS" in output, output
    assert "under the finding: model(readings)" in output, output
    assert re.search(r"finding: .*float64", output), output
    assert re.search(r"hover: .*f64\[4, 10\]", output), output
    assert "forecast = model(readings.float())" in story.file.read_text(encoding="utf-8")


@pytest.mark.layer("neovim")
def test_neovim(story):
    given = story(snippet("Neovim", "lua", "start_client"), ".lua")
    script = Path(__file__).parent / "editors/neovim.lua"
    check(given.run("nvim", "--clean", "-i", "NONE", "-n", "--headless", "-S", str(script)), given)


@pytest.mark.layer("emacs")
def test_emacs(story):
    given = story(snippet("Emacs", "elisp"), ".el")
    check(given.run("emacs", "-q", "--batch", "-l", str(Path(__file__).parent / "editors/emacs.el")), given)


@pytest.mark.layer("vim")
def test_vim(story):
    given = story(snippet("Vim", "vim"), ".vim")
    script = Path(__file__).parent / "editors/vim.vim"
    # ALE needs a terminal, which `script` gives it.
    check(given.run("script", "-qefc", f"vim.nox -u '{script}'", "/dev/null"), given)
