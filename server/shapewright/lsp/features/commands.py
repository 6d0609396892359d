"""Commands of the server. Their names are not those of the editor's commands: two things cannot have one name there."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from typing import Any

import pygls

from shapewright import __version__
from shapewright.lsp.window import Window
from shapewright.lsp.workspace import python_files

RESTART = "shapewright.server.restart"
CHECK = "shapewright.server.checkWorkspace"
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
        paths = await asyncio.to_thread(python_files, session.roots, session.engines.config)
        files, findings = await session.check(paths)
        return {"files": files, "findings": findings}

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

    del restart, check, debug_information
