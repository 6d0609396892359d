"""Shapewright over any folder of programs: `python tests/public/trial.py FOLDER... [--confirm] [--report FILE.json]`.

Every file is checked as `shapewright check` does, one after the other. Printed are, for each folder, the files, the
module classes and functions with how many ran, the assignments that hold a tensor with how many have a full shape, and
the findings by severity. On clean code each error is either a bug of that code or a false alarm: `--confirm` prints
each with its line of code so that a person can tell by running it.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "server"), str(ROOT / "tests")]

from public.count import Numbers, failure_text, numbers, short  # noqa: E402  # the path is set just above
from shapewright import wire  # noqa: E402  # the path is set just above
from shapewright.analysis import Runner  # noqa: E402  # the path is set just above
from shapewright.cli import files, main  # noqa: E402  # the path is set just above
from shapewright.cli.files import File  # noqa: E402  # the path is set just above
from shapewright.cli.session import Session  # noqa: E402  # the path is set just above
from shapewright.config import Config  # noqa: E402  # the path is set just above
from shapewright.model import EngineInfo, Report, Severity  # noqa: E402  # the path is set just above


@dataclasses.dataclass
class Faults:
    """A runner that remembers which files its engine could not run."""

    engine: Runner
    entries: set[str] = dataclasses.field(default_factory=set)

    @property
    def info(self) -> EngineInfo:
        return self.engine.info

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        answer = self.engine.run(run, deadline)
        if isinstance(answer, wire.Fault):
            self.entries.add(run.entry)
        return answer

    def prove(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        return self.engine.prove(run, deadline)


class TrialSession(Session):
    """A session of the command line with another time limit, whose crashes are counted."""

    timeout: float = 30.0

    def config(self, path: Path) -> Config:
        return dataclasses.replace(super().config(path), timeout=self.timeout)


@contextmanager
def session(arguments: argparse.Namespace, faults: list[Faults]) -> Iterator[Session]:
    """The session of one trial."""

    @contextmanager
    def opened(path: str, settings: Config) -> Iterator[Runner]:
        with main.open_engine(path, settings) as engine:
            faults.append(Faults(engine))
            yield faults[-1]

    made = TrialSession(opened, main.find_interpreter, arguments.python, allow_unsandboxed=arguments.allow_unsandboxed)
    made.timeout = arguments.timeout
    with made.opened():
        yield made


def parse(path: str) -> ast.Module | None:
    """The syntax tree of a file that has one."""
    try:
        return ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def programs(folder: str) -> list[tuple[File, ast.Module]]:
    """The files of a folder that speak of torch; what Python cannot parse is no program."""
    found: list[tuple[File, ast.Module]] = []
    for file in files.collect([folder]):
        if file.path.endswith(".py") and b"torch" in Path(file.path).read_bytes() and (tree := parse(file.path)):
            found.append((file, tree))
    return found


def finding_lines(report: Report, levels: set[Severity]) -> Iterator[str]:
    """Each finding of these levels with its code."""
    for finding in report.findings:
        if finding.severity not in levels:
            continue
        place = finding.location
        line = place.range.start.line
        text = Path(place.path).read_text(errors="replace").splitlines()
        yield f"{finding.severity.value.upper()} {place.path}:{line + 1} [{finding.code}] {finding.message}"
        yield f"    {text[line].strip() if line < len(text) else ''}"
        if finding.failure is not None:
            target = finding.failure.target or "script"
            yield f"    {failure_text(finding.failure)}; in {target}, run from {report.entry}"


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def table_row(title: str, n: Numbers) -> str:
    found = ", ".join(f"{count} {level}" for level, count in sorted(n.severities.items())) or "none"
    crashed = f", {n.crashed} CRASHED" if n.crashed else ""
    return (
        f"{title}: files {n.files} ({n.failed} not checked{crashed}); classes {share(n.ran, n.classes)}, "
        f"{n.part} in part; functions {share(n.functions_ran, n.functions)}; assignments {share(n.full, n.assigned)}; "
        f"expressions {share(n.expressions_full, n.expressions)}; findings: {found}"
    )


def plain(n: Numbers) -> dict[str, Any]:
    return {**dataclasses.asdict(n), "severities": dict(n.severities)}


def run(arguments: argparse.Namespace) -> int:
    """The trial; 1 where a file crashed, else 0."""
    levels = {Severity.ERROR, Severity.WARNING} if arguments.warnings else {Severity.ERROR}
    whole, folders, faults = Numbers(), dict[str, Any](), list[Faults]()
    with session(arguments, faults) as opened:
        for folder in arguments.folders:
            total, reported = Numbers(), list[dict[str, Any]]()

            def one(item: tuple[File, ast.Module]) -> tuple[File, ast.Module, Report, float]:
                started = time.perf_counter()
                result = opened.run([item[0]], fixes=False)
                return *item, result.files[0][1], time.perf_counter() - started

            with ThreadPoolExecutor(arguments.jobs) as pool:
                for file, tree, report, seconds in pool.map(one, programs(folder)):
                    crashed = any(file.path in fault.entries for fault in faults) or "internal error" in report.reason
                    counted = numbers(report, tree, crashed)
                    total.add(counted)
                    left = [list(row) for row in short(report, tree)]
                    lines = list(finding_lines(report, levels))
                    entry = {"file": file.path, "status": report.status, "reason": report.reason, "short": left}
                    reported.append({**entry, "seconds": round(seconds, 1), "findings": lines, **plain(counted)})
                    if crashed:
                        print(f"CRASH {file.path}: {report.reason}", flush=True)
                    if arguments.verbose:
                        for name, status, reason in left:
                            print(f"SHORT {file.path}: {name} {status}: {reason[:200]}", flush=True)
                    if arguments.confirm:
                        print("".join(line + "\n" for line in lines), end="", flush=True)
            print(table_row(folder, total), flush=True)
            folders[folder] = {"total": plain(total), "files": reported}
            whole.add(total)
    print(table_row("ALL", whole))
    if arguments.report:
        Path(arguments.report).write_text(json.dumps({"total": plain(whole), "folders": folders}, indent=1) + "\n")
    return int(whole.crashed > 0)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", help="folders or files; each is counted by itself")
    parser.add_argument("--jobs", type=int, default=1, help="how many files to run at once")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for one file")
    parser.add_argument("--report", help="write every figure, reason and finding to this JSON file")
    parser.add_argument("--confirm", action="store_true", help="print each error with its line of code")
    parser.add_argument("--warnings", action="store_true", help="the same for warnings")
    parser.add_argument("--verbose", action="store_true", help="print what did not run, and why")
    parser.add_argument("--python", help="the interpreter that runs the code")
    parser.add_argument("--allow-unsandboxed", action="store_true", help="run where nothing can be enforced")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(run(arguments()))
