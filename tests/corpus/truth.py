"""Takes the truth about the wrong programs by running each in real, eager PyTorch on the CPU.

    python tests/corpus/truth.py FILE...          run these, print what PyTorch says and what differs from truth.json
    python tests/corpus/truth.py --all            the same for every program in wrong/
    python tests/corpus/truth.py --all --write    keep what was found in truth.json

Exit status 0 when every program fails where its sidecar says, runs to its end once cured, and agrees with truth.json.

A sidecar `NNN_name.json` stands beside each program `NNN_name.py`:
    kind     what sort of mistake it is
    lines    the failing line of each independent mistake
    cures    for each mistake the one-line edits [{"line", "text"}] that cure it, and only it
    call     optional: the expression that calls a file which has only classes
    reveal   optional: one-line edits that let an exception out which the program itself swallows
    warning  optional: the beginning of the warning that is the mistake, where PyTorch does not raise
A mistake is observed in the program with the cures of all the other mistakes applied; with every cure applied the
program must run to its end. So the number of mistakes in a file is verified too.

truth.json holds {"meta": versions, "files": {name: {"kind", "mistakes": [...]}}}, with "call" and "warning": true where
they apply. A mistake is {"type", "message", "line", "lines", "cure_lines", "frames"}: `line` is the deepest line of the
file in the traceback, `lines` all of them, outermost first, and each frame is {"line", "function", "range", "values"}
with range = [line, column, end line, end column], columns 0-based in UTF-8 bytes as the interpreter gives them (null
before Python 3.11), and the tensors and arrays that its variables held when it failed. A `call` is a frame of no file.
"""

import argparse
import contextlib
import json
import os
import platform
import select
import signal
import sys
import time
import types
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import stand_ins
import torch
import torch._dynamo  # optimizers import it: once here, not in every child

HERE = Path(__file__).resolve().parent
WRONG = HERE / "wrong"
TRUTH = HERE / "truth.json"
SECONDS = 60

Edit = dict[str, Any]
Observed = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """A wrong program and what its sidecar says about it."""

    path: Path
    source: str
    kind: str
    lines: list[int]
    cures: list[list[Edit]]
    call: str = ""
    reveal: list[Edit] = field(default_factory=list)
    warning: str = ""


def read_program(path: Path) -> Program:
    """The program at `path` with its sidecar."""
    sidecar = path.with_suffix(".json")
    if not sidecar.exists():
        raise SystemExit(f"{path.name} has no sidecar {sidecar.name}: write one, see the top of truth.py")
    return Program(path=path, source=path.read_text(encoding="utf-8"), **json.loads(sidecar.read_text("utf-8")))


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The source with whole lines replaced; the number of lines stays."""
    lines = source.split("\n")
    for edit in edits:
        lines[edit["line"] - 1] = edit["text"]
    return "\n".join(lines)


def describe(value: object) -> str | None:
    """`float32[4, 10]` for a tensor or array, None for anything else."""
    if isinstance(value, torch.Tensor):
        device = "" if value.device.type == "cpu" else f" on {value.device.type}"
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}{device}"
    if isinstance(value, np.ndarray):
        return f"numpy {value.dtype}{list(value.shape)}"
    return None


def position(code: types.CodeType, instruction: int) -> tuple[int | None, ...]:
    """First line, last line, first column, last column of an instruction; Python 3.10 does not know them."""
    if not hasattr(code, "co_positions"):
        return (None, None, None, None)
    return list(code.co_positions())[instruction // 2]


def frames_in(path: Path, trace: TracebackType | None) -> Iterator[dict[str, Any]]:
    """The frames of a traceback that stand in the program, outermost first, with the tensors of their variables."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == str(path):
            start, end, first, last = position(code, trace.tb_lasti)
            names = {name: describe(value) for name, value in trace.tb_frame.f_locals.items()}
            yield {
                "line": trace.tb_lineno,
                "function": getattr(code, "co_qualname", code.co_name),
                "range": [start, first, end, last],
                "values": {name: text for name, text in names.items() if text and not name.startswith("__")},
            }
        trace = trace.tb_next


def execute(program: Program, source: str) -> Observed | None:
    """Run the source as a script in this process: what was raised, or None when it ran to its end."""
    module = types.ModuleType("__main__")
    module.__file__ = str(program.path)
    sys.modules["__main__"] = module
    sys.argv = [str(program.path)]
    sys.path.insert(0, str(program.path.parent))
    os.chdir(program.path.parent)
    stand_ins.install()
    warnings.simplefilter("ignore")
    if program.warning:
        warnings.filterwarnings("error", message=program.warning)
    try:
        exec(compile(source, str(program.path), "exec"), module.__dict__)
        if program.call:
            eval(compile(program.call, "<call>", "eval"), {"torch": torch, **module.__dict__})
    except SystemExit as stop:
        return None if not stop.code else {"type": "SystemExit", "message": str(stop), "frames": []}
    except BaseException as error:
        return {
            "type": type(error).__name__,
            "message": str(error),
            "frames": list(frames_in(program.path, error.__traceback__)),
        }
    return None


def observe(program: Program, edits: Iterable[Edit]) -> Observed | None:
    """Run the program with the edits in a process of its own."""
    source = edited(program.source, [*program.reveal, *edits])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            json.dump(execute(program, source), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text, deadline = b"", time.monotonic() + SECONDS
        while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            chunk = os.read(pipe.fileno(), 1 << 16)
            if not chunk:
                break
            text += chunk
        else:
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if status or not text:
        return {"type": "Died", "message": f"wait status {status}, or later than {SECONDS} s", "frames": []}
    return json.loads(text)


def take(program: Program) -> tuple[dict[str, Any], list[str]]:
    """What PyTorch says about each mistake of a program, and what is not as the sidecar claims."""
    complaints: list[str] = []
    mistakes: list[dict[str, Any]] = []
    for number, line in enumerate(program.lines):
        others = [edit for index, cure in enumerate(program.cures) if index != number for edit in cure]
        seen = observe(program, others)
        if seen is None:
            complaints.append(f"mistake {number + 1} (line {line}) raises nothing")
            continue
        found = seen["frames"][-1]["line"] if seen["frames"] else None
        if found != line:
            complaints.append(f"mistake {number + 1} fails at line {found}, not {line}: {seen['message'][:200]}")
        mistakes.append(
            {
                "type": seen["type"],
                "message": seen["message"],
                "line": found,
                "lines": [frame["line"] for frame in seen["frames"]],
                "cure_lines": [edit["line"] for edit in program.cures[number]],
                "frames": seen["frames"],
            }
        )
    left = observe(program, [edit for cure in program.cures for edit in cure])
    if left is not None:
        place = left["frames"][-1]["line"] if left["frames"] else "?"
        complaints.append(f"still fails when cured, line {place}: {left['type']}: {left['message'][:200]}")
    truth = {"kind": program.kind, "mistakes": mistakes}
    if program.call:
        truth["call"] = program.call
    if program.warning:
        truth["warning"] = True
    return truth, complaints


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Run the wrong programs in real PyTorch.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--all", action="store_true", help="every program in wrong/")
    parser.add_argument("--write", action="store_true", help="keep the answers in truth.json")
    options = parser.parse_args()
    paths = sorted(WRONG.glob("[0-9]*.py")) if options.all else [path.resolve() for path in options.files]
    if not paths:
        parser.error("name a file, or use --all")
    torch.set_num_threads(1)  # before the first operation: a pool of threads does not survive a fork
    kept: dict[str, Any] = json.loads(TRUTH.read_text("utf-8"))["files"] if TRUTH.exists() else {}
    if options.all and options.write:
        kept = {name: value for name, value in kept.items() if (WRONG / name).exists()}
    bad = 0
    for path in paths:
        began = time.monotonic()
        truth, complaints = take(read_program(path))
        took = time.monotonic() - began
        if not options.write and kept.get(path.name) != truth:
            complaints.append("differs from truth.json")
        if options.write:
            kept[path.name] = truth
        for mistake in truth["mistakes"]:
            first = mistake["message"].strip().split("\n")[0][:110]
            print(f"{path.name}:{mistake['line']}: {mistake['type']}: {first}  [{took:.1f} s]")
        for complaint in complaints:
            print(f"  !! {path.name}: {complaint}")
        bad += bool(complaints)
    if options.write:
        versions = {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()}
        rows = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(kept.items())]
        text = f'{{\n "meta": {json.dumps(versions)},\n "files": {{\n' + ",\n".join(rows) + "\n }\n}\n"
        TRUTH.write_text(text, encoding="utf-8")
    print(f"{len(paths)} programs, {bad} not as claimed")
    return 1 if bad else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
