"""An engine with short calls, for tests."""

from __future__ import annotations

import itertools
import sys
import textwrap
from pathlib import Path

from shapewright import wire
from shapewright.engine import Engine
from shapewright.engine.start import StartMethod
from shapewright.model import EngineInfo

RUNNER = str(Path(__file__).with_name("runner.py"))
PATIENCE = 120.0
_ids = itertools.count(1)


class Driver:
    """An engine with short calls."""

    def __init__(self, method: StartMethod, runner: str = RUNNER) -> None:
        self.infos: list[EngineInfo] = []
        self.engine = Engine(
            sys.executable, start_method=method, runner=runner, listener=self.infos.append, memory=1 << 30
        )

    def request(self, text: str, entry: str = "/nowhere/main.py") -> wire.Run:
        return wire.Run(next(_ids), entry, {entry: textwrap.dedent(text)}, ("/nowhere",))

    def run(self, text: str, entry: str = "/nowhere/main.py", deadline: float = PATIENCE) -> wire.Trace | wire.Fault:
        return self.engine.run(self.request(text, entry), deadline)

    def trace(self, text: str, entry: str = "/nowhere/main.py") -> wire.Trace:
        answer = self.run(text, entry)
        assert isinstance(answer, wire.Trace), answer
        return answer

    def out(self, text: str, entry: str = "/nowhere/main.py") -> str:
        return self.trace(text, entry).notes[0]

    def fault(self, text: str, deadline: float = PATIENCE) -> wire.Fault:
        answer = self.run(text, deadline=deadline)
        assert isinstance(answer, wire.Fault), answer
        return answer

    def pid(self, entry: str = "/nowhere/main.py") -> int:
        return int(self.out("import os; out = os.getpid()", entry))
