"""Two verdicts on a snippet: what eager PyTorch does with it on real tensors, and what the worker says about it.

    python tests/parity/compare.py [TOPIC...]     prints every case in which the two differ

Snippets are executed in forked children, a whole topic in each, so that a crash is seen and nothing leaks.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import pickle
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "server")]

import torch

from parity.cases import TOPICS, Case
from shapewright import wire
from shapewright.worker.run import execute

PREAMBLE = "import torch, torch.nn as nn, torch.nn.functional as F, numpy as np, math"
Shown = Any
"""`float32[2, 3]` for a tensor, a tuple of such for a sequence, an int itself; None for what is not compared."""


@dataclass(frozen=True)
class Outcome:
    """`line` counts the snippet's own lines from 1, the first failing one; `lines` are all of them."""

    line: int | None = None
    exception: str = ""
    message: str = ""
    variables: dict[str, Shown] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    crash: str = ""


def program(snippet: str) -> str:
    """The snippet as a file. What its last line computes is kept in `result`, to be compared."""
    head, _, last = f"{PREAMBLE}\n{snippet}".rpartition("\n")
    with contextlib.suppress(SyntaxError):
        if isinstance(ast.parse(snippet).body[-1], ast.Expr):
            last = f"result = {last}"
    return f"{head}\n{last}\n"


# ------------------------------------------------------------------------------------------------------ PyTorch


def eager(snippet: str) -> Outcome:
    """What real PyTorch does. There is no GPU where the tests run; the meta device stands for one."""
    source = program(snippet).replace(".cuda()", '.to("meta")').replace('"cuda"', '"meta"')
    namespace: dict[str, Any] = {"__name__": "__main__"}
    torch.manual_seed(0)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    outcome: dict[str, Any] = {}
    try:
        exec(compile(source, "<case>", "exec"), namespace)
    except Exception as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "<case>"]
        line = (lines[-1] or 0) - 1
        outcome = {"line": line, "exception": type(error).__name__, "message": str(error), "lines": (line,)}
    open_names = stored_from(source, outcome["line"] + 1) if outcome else set()
    names = {n: v for n, v in namespace.items() if not n.startswith("__") and n not in open_names}
    return Outcome(**outcome, variables={n: s for n, v in names.items() if (s := shown(v)) is not None})


def stored_from(source: str, line: int) -> set[str]:
    """The names that the statement on a line, or a later one, would bind."""
    late = [n for n in ast.parse(source).body if (n.end_lineno or n.lineno) >= line]
    return {n.id for s in late for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def shown(value: Any) -> Shown:
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
    if isinstance(value, np_array()):
        return f"numpy {value.dtype}{list(value.shape)}"
    if type(value) is int:
        return value
    if isinstance(value, (tuple, list)) and len(value) <= 8:
        items = tuple(shown(v) for v in value)
        return items if any(i is not None for i in items) else None
    return None


def np_array() -> type:
    import numpy as np

    return np.ndarray


# ------------------------------------------------------------------------------------------------------ the worker


def ours(snippet: str, folder: str) -> Outcome:
    """What the worker says."""
    path = os.path.join(folder, "case.py")
    Path(path).write_text(program(snippet), encoding="utf-8")
    torch.set_grad_enabled(True)
    trace = execute(wire.Run(1, path, {}, (folder,)))
    if trace.notes:
        return Outcome(crash="; ".join(trace.notes))
    errors = [f for f in trace.failures if f.kind == "error" and "echo" not in f.facts]
    lines = tuple(sorted({f.span.line - 1 for f in errors}))
    if len(errors) > len(lines):
        lines = tuple(sorted(f.span.line - 1 for f in errors))
    first = min(errors, key=lambda f: f.span.line, default=None)
    recorded = [v for v in trace.values if v.role in ("assignment", "loop") and v.name.isidentifier()]
    variables = {v.name: fact(v.value) for v in sorted(recorded, key=lambda v: v.span.line)}
    if first is None:
        return Outcome(variables=variables)
    return Outcome(first.span.line - 1, first.exception, first.message, variables, lines)


def fact(value: wire.Value) -> Shown:
    if value.tensor is not None:
        shape = "?" if value.tensor.shape is None else [d if d is not None else "?" for d in value.tensor.shape]
        text = f"{value.tensor.dtype or '?'}{shape}".replace("'", "")
        return f"numpy {text}" if value.kind == "array" else text
    if value.kind == "number" and value.type == "int":
        return "?" if value.text == "?" else int(value.text)
    if value.kind == "sequence":
        items = tuple(fact(i) for i in value.items)
        return items if any(i is not None for i in items) else None
    return "?" if value.kind == "unknown" else None


# ------------------------------------------------------------------------------------------------------ children


Work = Callable[[Sequence[str]], list[Outcome]]


def in_child(work: Work, snippets: Sequence[str]) -> Callable[[], list[Outcome]]:
    """Starts a forked child; what it returns waits for the outcomes. Where it dies, each snippet gets its own."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        torch.set_num_threads(1)
        try:
            answer: Any = work(snippets)
        except BaseException:
            answer = traceback.format_exc()[-300:]
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(writing)

    def wait() -> list[Outcome]:
        with os.fdopen(reading, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(pid, 0)
        answer = pickle.loads(data) if data else f"the process died with status {status}"
        if isinstance(answer, list):
            return answer
        if len(snippets) == 1:
            return [Outcome(crash=answer)]
        return [in_child(work, [s])()[0] for s in snippets]

    return wait


@functools.cache
def warm() -> None:
    """The machinery of fakes is made ready once, here, and not in every child."""
    torch.set_num_threads(1)
    all_ours(["nn.Linear(2, 3)(torch.randn(1, 2))"])


def all_eager(snippets: Sequence[str]) -> list[Outcome]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [eager(s) for s in snippets]


def all_ours(snippets: Sequence[str]) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        return [ours(s, folder) for s in snippets]


def outcomes(cases: Sequence[Case]) -> list[tuple[Outcome, Outcome]]:
    """Of each case: PyTorch's outcome and ours."""
    snippets = [case.code for case in cases]
    warm()
    truth, answers = in_child(all_eager, snippets), in_child(all_ours, snippets)
    return list(zip(truth(), answers(), strict=True))


# ------------------------------------------------------------------------------------------------------ the verdict


def differences(truth: Outcome, answer: Outcome, wording: bool = True) -> list[str]:
    """What we say otherwise than PyTorch, in words; nothing where we agree."""
    if truth.crash or answer.crash:
        return [f"crash: PyTorch {truth.crash!r}, ours {answer.crash!r}"]
    found: list[str] = []
    if truth.lines != answer.lines:
        said = f" ({answer.exception}: {answer.message})" if answer.line else ""
        raised = f" ({truth.exception}: {truth.message[:160]})" if truth.line else ""
        found.append(f"raises at lines {list(truth.lines)}{raised}, ours {list(answer.lines)}{said}")
    elif (
        truth.line is not None
        and wording
        and " meta" not in truth.message
        and _said(truth, 1500) != _said(answer, 1500)
    ):
        found.append(f"says {_said(truth, 300)}, ours {_said(answer, 300)}")
    for name, value in truth.variables.items():
        if answer.variables.get(name) != value:
            found.append(f"{name} is {value}, ours {answer.variables.get(name)}")
    return found


def _said(outcome: Outcome, most: int) -> str:
    return f"{outcome.exception}: {outcome.message[:most]!r}"


def contradictions(truth: Outcome, answer: Outcome) -> list[str]:
    """What we say that is wrong, where it is allowed to say nothing: for cases that hang on values nobody knows."""
    if answer.crash:
        return [answer.crash]
    found = [f"reports line {line}: {answer.message}" for line in answer.lines if line not in truth.lines]
    for name, value in truth.variables.items():
        if not _agrees(value, answer.variables.get(name)):
            found.append(f"{name} is {value}, ours {answer.variables.get(name)}")
    return found


def _agrees(value: Shown, said: Shown) -> bool:
    if said is None or said == "?":
        return True
    if isinstance(value, tuple):
        return isinstance(said, tuple) and len(said) == len(value) and all(map(_agrees, value, said))
    if isinstance(value, str) and isinstance(said, str) and "?" in said:
        mine, theirs = said[:-1].split("["), value[:-1].split("[")
        dims, real = mine[1].split(", "), theirs[1].split(", ")
        return len(dims) == len(real) and all(d in ("?", r) for d, r in zip(dims, real, strict=True))
    return value == said


def main(chosen: list[str]) -> int:
    failed = total = wrong = 0
    started = time.monotonic()
    for topic, cases in TOPICS.items():
        if chosen and topic not in chosen:
            continue
        for case, (truth, answer) in zip(cases, outcomes(cases), strict=True):
            total += 1
            wrong += truth.line is not None
            problems = contradictions(truth, answer) if case.reason else differences(truth, answer, case.wording)
            if case.reason and not problems and not differences(truth, answer):
                problems = ["marked as hanging on values, but we agree: remove the mark"]
            if problems:
                failed += 1
                print(f"== {topic}: {case.code}\n     " + "\n     ".join(problems))
    print(f"{total - failed}/{total} agree ({wrong} wrong programs), {time.monotonic() - started:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
