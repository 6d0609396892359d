"""How many of the wrong programs get a proven fix that cures them in real, eager PyTorch.

    python tests/corpus/cure.py                 every program
    python tests/corpus/cure.py NAME...         those with a NAME in their file name
    python tests/corpus/cure.py -v NAME...      with each fix, and what the fixed program says
    python tests/corpus/cure.py --repeat        the preferred fixes made one after the other until none is left

A program with several mistakes counts once for each, with the cures of the others applied first (see truth.py). A fix
cures a mistake when the fixed program runs to its end. Each analysis, each proof and each fixed program runs in a
forked process of its own.
"""

from __future__ import annotations

import argparse
import os
import pickle
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import truth

sys.path.insert(0, str(truth.HERE.parents[1] / "server"))

from shapewright import analysis, edits, wire
from shapewright.model import EngineInfo, EngineState, Finding, Fix
from shapewright.sources import Sources
from shapewright.worker.run import execute
from shapewright.worker.warm import warm

LONGEST = 20
"""Seconds for one run of a program, on a machine that has more to do."""
ROUNDS = 12
"""More preferred fixes than this, one after the other, lead nowhere."""


class Forking:
    """An engine in this process: each run in a fork of it."""

    info = EngineInfo(EngineState.READY)

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        answer = forked(lambda: execute(run), LONGEST)
        return answer if isinstance(answer, wire.Trace) else wire.Fault(run.id, str(answer))

    prove = run


@dataclass(frozen=True)
class Result:
    """One mistake: whether it was found, and what its fixes do. `cured`: the numbers of the fixes that cure it."""

    name: str
    kind: str
    found: bool
    fixes: tuple[Fix, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def cured(self) -> bool:
        return "" in self.said

    @property
    def preferred(self) -> bool:
        return any(fix.preferred and not said for fix, said in zip(self.fixes, self.said, strict=True))


def forked(work: Callable[[], Any], seconds: int) -> Any:
    """What `work` gives back in a forked process, or a text that says why it did not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        signal.alarm(seconds)
        try:
            answer = pickle.dumps(work())
        except BaseException as error:
            answer = pickle.dumps(f"{type(error).__name__}: {error}")
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else f"died within {seconds} s"


def mistake(program: truth.Program, number: int, engine: Forking) -> Result:
    """Analyse one mistake, and run the program with each of its fixes."""
    others = [edit for index, cure in enumerate(program.cures) if index != number for edit in cure]
    path, source = str(program.path), truth.edited(program.source, [*program.reveal, *others])
    request = analysis.Request(path, {path: source}, roots=(str(program.path.parent),))
    report = analysis.prove(analysis.analyse(request, engine), request, engine)
    line = program.lines[number]
    name = f"{program.path.name}#{number + 1}:{line}"
    kind = program.kind if len(program.lines) == 1 else "multi"
    here = [f for f in report.findings if _covers(f, path, line)]
    fixes = tuple({fix.edits: fix for finding in here for fix in finding.fixes}.values())
    return Result(name, kind, bool(here), fixes, tuple(_said(program, source, fix) for fix in fixes))


def _covers(finding: Finding, path: str, line: int) -> bool:
    range_ = finding.location.range
    return finding.location.path == path and range_.start.line <= line - 1 <= range_.end.line


def _said(program: truth.Program, source: str, fix: Fix) -> str:
    """What the fixed program raises in real PyTorch; nothing when it runs to its end."""
    texts: Mapping[str, str] = edits.apply(fix.edits, Sources({str(program.path): source}))
    if set(texts) != {str(program.path)}:
        return "edits another file"
    return _runs(program, texts[str(program.path)])


def _runs(program: truth.Program, source: str) -> str:
    """What a text raises in real PyTorch in the place of the program; nothing when it runs to its end."""
    seen = forked(lambda: truth.execute(program, source), truth.SECONDS)
    if isinstance(seen, str):
        return seen
    if seen is None:
        return ""
    place = seen["frames"][-1]["line"] if seen["frames"] else "?"
    return f"line {place}: {seen['type']}: {seen['message']}"[:200]


def repeated(program: truth.Program, engine: Forking) -> tuple[int, str]:
    """Make preferred fixes until there is none: how many, and what the program says then."""
    path, source = str(program.path), truth.edited(program.source, program.reveal)
    for count in range(ROUNDS):
        request = analysis.Request(path, {path: source}, roots=(str(program.path.parent),))
        report = analysis.prove(analysis.analyse(request, engine), request, engine)
        fix = next((fix for finding in report.findings for fix in finding.fixes if fix.preferred), None)
        if fix is None:
            return count, _runs(program, source)
        source = edits.apply(fix.edits, Sources({path: source}))[path]
    return ROUNDS, "still fixes left"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Cure the wrong programs.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--repeat", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)  # before the first operation: a pool of threads does not survive a fork
    warm()
    engine, results, ends = Forking(), list[Result](), list[bool]()
    for path in sorted(truth.WRONG.glob("[0-9]*.py")):
        if options.names and not any(name in path.name for name in options.names):
            continue
        program, began = truth.read_program(path), time.monotonic()
        if options.repeat:
            count, said = repeated(program, engine)
            print(f"{path.name}: {count} fixes: {said or 'runs'}", flush=True)
            ends.append(not said)
            continue
        for number in range(len(program.lines)):
            result = mistake(program, number, engine)
            results.append(result)
            word = "preferred" if result.preferred else "cured" if result.cured else "NOT CURED"
            word = word if result.found else "not found"
            print(f"{result.name}: {result.kind}: {word}  [{time.monotonic() - began:.1f} s]", flush=True)
            if options.verbose or (result.found and not result.cured):
                for fix, said in zip(result.fixes, result.said, strict=True):
                    print(f"    {'*' if fix.preferred else '-'} {fix.title}: {said or 'runs'}")
    if options.repeat:
        print(f"{sum(ends)} of {len(ends)} programs run to their end")
    else:
        _summary(results)
    return 0


def _summary(results: list[Result]) -> None:
    kinds: dict[str, Counter[str]] = {}
    for result in results:
        for kind in (result.kind, "all"):
            counts = kinds.setdefault(kind, Counter())
            counts["mistakes"] += 1
            counts["found"] += result.found
            counts["cured"] += result.cured
            counts["preferred"] += result.preferred
    print(f"{'kind':16} mistakes  found  cured  by the preferred fix")
    for kind, counts in sorted(kinds.items(), key=lambda item: (item[0] == "all", item[0])):
        found = max(counts["found"], 1)
        numbers = f"{counts['mistakes']:8} {counts['found']:6} {counts['cured']:6} {counts['preferred']:6}"
        shares = f"{counts['cured'] / found:6.0%} {counts['preferred'] / found:6.0%} of those found"
        print(f"{kind:16} {numbers} {shares}")


if __name__ == "__main__":
    sys.exit(main())
