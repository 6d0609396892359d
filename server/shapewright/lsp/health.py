"""How a window does: its engine, the files that could not be checked, the last run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from shapewright.lsp.results import reason
from shapewright.model import EngineInfo, EngineState, Report


@dataclass(frozen=True)
class Status:
    """What the status item of the editor says."""

    state: EngineState
    detail: str = ""
    interpreter: str = ""
    torch: str = ""
    last_seconds: float | None = None
    last_at: float | None = None


class Health:
    """What is known of it now. `engine` is what was last heard of the engine."""

    def __init__(self) -> None:
        self.engine = EngineInfo(EngineState.STOPPED)
        self._last: tuple[float, str, float] | None = None
        self._faults: dict[str, str] = {}

    def said(self, words: str, seconds: float = 0.0) -> None:
        """What the last run came to, or why there was none."""
        self._last = (seconds, words, time.time())

    def ran(self, report: Report, seconds: float) -> None:
        """A run whose result is shown took that long."""
        self.said(reason(report), seconds)

    def failed(self, entry: str, words: str) -> None:
        """A mistake of ours kept a file from being checked."""
        self._faults[entry] = words

    def judge(self, report: Report) -> None:
        """A file was run again: whether it still cannot be checked."""
        self.forget(report.entry)
        if report.status == "failed" and report.reason.startswith("internal"):
            self.failed(report.entry, report.reason.strip().rpartition("\n")[2])

    def forget(self, entry: str) -> bool:
        """A file is closed, or runs anew; returns whether it could not be checked before."""
        return self._faults.pop(entry, None) is not None

    def status(self, trusted: bool) -> Status:
        """All of it in a few words."""
        if not trusted:
            return Status(EngineState.UNTRUSTED, "Nothing runs until the workspace is trusted.")
        seconds, why, at = self._last or (None, "", None)
        state, detail = self.engine.state, self.engine.advice or why
        if state in (EngineState.READY, EngineState.CRASHED) and self._faults:
            entry, words = next(iter(self._faults.items()))
            state, detail = EngineState.FAULT, f"{os.path.basename(entry)} was not checked: {words}"
        return Status(state, detail, self.engine.interpreter, self.engine.torch, seconds, at)
