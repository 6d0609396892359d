"""The notification `shapewright/status`: how the engine does, for a status item."""

from __future__ import annotations

import asyncio

from shapewright.lsp.health import Status
from shapewright.lsp.window import Window
from shapewright.model import EngineState

METHOD = "shapewright/status"
_CALM = 0.3
"""Seconds that the engine must be busy before it is said: an item that spins at each keystroke is a nuisance."""


class StatusLine:
    """Sends each status once."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._sent: Status | None = None
        self._later: asyncio.TimerHandle | None = None

    def show(self, status: Status) -> None:
        """Say how the engine does, unless it was said already."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if status.state is EngineState.BUSY:
            self._later = asyncio.get_running_loop().call_later(_CALM, self._send, status)
        else:
            self._send(status)

    def _send(self, status: Status) -> None:
        if status == self._sent:
            return
        self._sent = status
        self._window.protocol.notify(
            METHOD,
            {
                "state": status.state.value,
                "detail": status.detail,
                "interpreter": status.interpreter,
                "torch": status.torch,
                "lastSeconds": status.last_seconds,
                "lastAt": status.last_at,
            },
        )
