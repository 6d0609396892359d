"""Several folders in one window, each with an interpreter of its own."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "import os\nimport torch\n\nx = torch.randn(int(os.environ.get('SIZE', '3')), 2)\n"


@pytest.mark.skipif(os.name == "nt", reason="the second interpreter is a shell script")
async def test_each_folder_is_run_by_its_own_interpreter(connect: Callable[..., Any], tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nSIZE=7 exec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    async with connect(interpreters={other.as_uri(): str(python)}) as editor:
        first, second = editor.open("a.py", TEXT), editor.open("other/b.py", TEXT)
        await editor.diagnostics(first)
        await editor.diagnostics(second)
        assert "x: f32[3, 2]" in await editor.hover(first, "x = ")
        assert "x: f32[7, 2]" in await editor.hover(second, "x = ")
