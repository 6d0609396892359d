"""Commands of the server. Their names are not those of the editor's commands: two things cannot have one name there."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from typing import Any

import pygls
from lsprotocol import types

from shapewright import __version__, reproduction
from shapewright.lsp import write_shapes
from shapewright.lsp.window import Window
from shapewright.lsp.workspace import python_files

RESTART = "shapewright.server.restart"
CHECK = "shapewright.server.checkWorkspace"
REPRODUCE = "shapewright.server.reproduction"
WRITE = "shapewright.server.writeShapes"
DEBUG = "shapewright.server.debugInformation"


def register(window: Window) -> None:
    """The commands."""

    @window.command(RESTART)
    async def restart() -> None:
        await window.session.restart()

    @window.command(CHECK)
    async def check() -> dict[str, int]:
        session = window.session
        if not session.settings.trusted:
            return {"files": 0, "findings": 0}
        paths = await asyncio.to_thread(python_files, session.runs.roots, session.engines.config)
        files, findings = await session.check(paths)
        return {"files": files, "findings": findings}

    @window.command(REPRODUCE)
    async def reproduce(uri: str, line: int, character: int) -> dict[str, str]:
        """The script for the finding at a position, else for the first one of its line, or why there is none."""
        found = window.locate(uri, types.Position(line, character))
        if found is None:
            return {"text": "", "problem": "The file is not open."}
        program, _, position = found
        findings = window.session.results.findings(window.session.current).get(program.path, [])
        near = [f for f in findings if f.location.range.start.line <= position.line <= f.location.range.end.line]
        near.sort(key=lambda f: not f.location.range.contains(position))
        if not near:
            return {"text": "", "problem": "There is no finding in this line."}
        texts = (reproduction.script(f.failure) for f in near if f.failure is not None)
        text = next(filter(None, texts), "")
        problem = "" if text else f"What is known of {near[0].code} here does not suffice for a script of its own."
        return {"text": text, "problem": problem}

    @window.command(WRITE)
    async def write(uri: str, name: str) -> bool:
        """Write the shapes of a class into its text; whether there was anything to write."""
        found = window.session.documents.find(uri)
        edit = write_shapes.edit(window, found[0], name) if found else None
        if edit is None:
            return False
        params = types.ApplyWorkspaceEditParams(edit, f"Write the shapes of {name}")
        return (await window.workspace_apply_edit_async(params)).applied

    @window.command(DEBUG)
    async def debug_information() -> dict[str, Any]:
        session = window.session
        status = session.status()
        return {
            "shapewright": __version__,
            "server": f"Python {platform.python_version()} ({sys.executable})",
            "pygls": str(getattr(pygls, "__version__", "")),
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "state": status.state.value,
            "detail": status.detail,
            "interpreter": status.interpreter,
            "torch": status.torch,
            "lastSeconds": status.last_seconds,
            "startMethod": session.settings.start_method,
            "trusted": session.settings.trusted,
            "positionEncoding": window.encoding.name,
            "open": len(list(session.documents)),
        }

    del restart, check, reproduce, write, debug_information
